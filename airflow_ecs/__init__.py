"""Apache Airflow on AWS ECS Fargate: a Pulumi component and what its DAGs import.

The public names are loaded when they are first used, so that DAG code, which imports
`airflow_ecs.remote`, never loads Pulumi.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_ecs.args import AirflowClusterArgs as AirflowClusterArgs
    from airflow_ecs.args import RemoteTasksArgs as RemoteTasksArgs
    from airflow_ecs.cluster import AirflowCluster as AirflowCluster
    from airflow_ecs.remote_tasks import RemoteTasks as RemoteTasks

__all__ = ["AirflowCluster", "AirflowClusterArgs", "RemoteTasks", "RemoteTasksArgs"]

_HOME = {
    "AirflowCluster": "airflow_ecs.cluster",
    "AirflowClusterArgs": "airflow_ecs.args",
    "RemoteTasks": "airflow_ecs.remote_tasks",
    "RemoteTasksArgs": "airflow_ecs.args",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
