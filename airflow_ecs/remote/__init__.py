"""What DAG code imports: boto3 and Airflow only, never Pulumi.

The public names are loaded when they are first used: most need no Airflow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_ecs.remote.definition import TaskDefinition as TaskDefinition
    from airflow_ecs.remote.errors import RemoteTaskError as RemoteTaskError
    from airflow_ecs.remote.placement import Placement as Placement
    from airflow_ecs.remote.sizes import CpuValues as CpuValues
    from airflow_ecs.remote.task import EfsVolume as EfsVolume
    from airflow_ecs.remote.task import HealthCheck as HealthCheck
    from airflow_ecs.remote.task import RemoteTask as RemoteTask

_HOME = {
    "CpuValues": "sizes",
    "EfsVolume": "task",
    "HealthCheck": "task",
    "Placement": "placement",
    "RemoteTask": "task",
    "RemoteTaskError": "errors",
    "TaskDefinition": "definition",
}

__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
