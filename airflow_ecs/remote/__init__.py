"""What DAG code imports: boto3 and Airflow only, never Pulumi.

The public names are loaded when they are first used: most need no Airflow.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_ecs.remote.compose.operators import (
        remote_operators_from_compose as remote_operators_from_compose,
    )
    from airflow_ecs.remote.definition import TaskDefinition as TaskDefinition
    from airflow_ecs.remote.efs_volume import EfsVolume as EfsVolume
    from airflow_ecs.remote.errors import RegistrationError as RegistrationError
    from airflow_ecs.remote.errors import RemoteTaskError as RemoteTaskError
    from airflow_ecs.remote.health_check import HealthCheck as HealthCheck
    from airflow_ecs.remote.make import make_local_operator as make_local_operator
    from airflow_ecs.remote.make import make_remote_operator as make_remote_operator
    from airflow_ecs.remote.operator import RemoteTaskOperator as RemoteTaskOperator
    from airflow_ecs.remote.placement import Placement as Placement
    from airflow_ecs.remote.sizes import CpuValues as CpuValues
    from airflow_ecs.remote.task import RemoteTask as RemoteTask
    from airflow_ecs.remote.values import get_value as get_value

_HOME = {
    "CpuValues": "sizes",
    "EfsVolume": "efs_volume",
    "HealthCheck": "health_check",
    "Placement": "placement",
    "RegistrationError": "errors",
    "RemoteTask": "task",
    "RemoteTaskError": "errors",
    "RemoteTaskOperator": "operator",
    "TaskDefinition": "definition",
    "get_value": "values",
    "make_local_operator": "make",
    "make_remote_operator": "make",
    "remote_operators_from_compose": "compose.operators",
}

__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
