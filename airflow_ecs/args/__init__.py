"""The door: what a caller may write. Defaults and checks are in `airflow_ecs.spec`.

TypedDicts, because a component that is used from another language receives a dict. The
docstring under each key is its description in the published schema.
"""

from airflow_ecs.args.cluster import AirflowClusterArgs
from airflow_ecs.args.dags import DagsArgs
from airflow_ecs.args.image import ImageArgs
from airflow_ecs.args.network import IngressArgs, NetworkArgs
from airflow_ecs.args.pipelines import (
    DagPipelineArgs,
    ImagePipelineArgs,
    PipelinesArgs,
    QualityGateArgs,
)
from airflow_ecs.args.remote_tasks import MwaaArgs, MwaaParametersArgs, RemoteTasksArgs
from airflow_ecs.args.services import ServiceArgs, UserArgs
from airflow_ecs.args.state import BrokerArgs, DatabaseArgs, LogsArgs

__all__ = [
    "AirflowClusterArgs",
    "BrokerArgs",
    "DagPipelineArgs",
    "DagsArgs",
    "DatabaseArgs",
    "ImageArgs",
    "ImagePipelineArgs",
    "IngressArgs",
    "LogsArgs",
    "MwaaArgs",
    "MwaaParametersArgs",
    "NetworkArgs",
    "PipelinesArgs",
    "QualityGateArgs",
    "RemoteTasksArgs",
    "ServiceArgs",
    "UserArgs",
]
