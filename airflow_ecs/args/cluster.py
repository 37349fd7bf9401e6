"""One whole Airflow."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from airflow_ecs.args.dags import DagsArgs
from airflow_ecs.args.image import ImageArgs
from airflow_ecs.args.network import IngressArgs, NetworkArgs
from airflow_ecs.args.pipelines import PipelinesArgs
from airflow_ecs.args.services import ServiceArgs, UserArgs
from airflow_ecs.args.state import BrokerArgs, DatabaseArgs, LogsArgs


class AirflowClusterArgs(TypedDict):
    """One Airflow on AWS ECS Fargate."""

    environment: str
    """A short name for this deployment, such as dev; part of every physical name."""
    executor: NotRequired[str]
    """How Airflow runs its tasks: celery, local, ecs or standalone. Default celery."""
    airflow_version: NotRequired[str]
    """The version of Airflow in the image. Default 3.3.2."""
    airflow_config: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Airflow's own settings by section and key, as in airflow.cfg."""
    users: NotRequired[Sequence[UserArgs]]
    """Who may log in. Default: one administrator named admin."""
    flower: NotRequired[bool]
    """Whether Flower shows the Celery workers. Default false."""
    network: NotRequired[NetworkArgs]
    """The VPC and its subnets. Default: a new VPC in two zones with one NAT gateway."""
    ingress: NotRequired[IngressArgs]
    """Domain, certificate, and who is let in. Default: an internal balancer, no domain."""
    image: NotRequired[ImageArgs]
    """The image of all services. Default: built from this package's own context."""
    pipelines: NotRequired[PipelinesArgs]
    """Pipelines that release image and DAGs. Default none."""
    architecture: NotRequired[str]
    """The CPU architecture of image and tasks: x86_64 or arm64. Default x86_64."""
    dags: NotRequired[DagsArgs]
    """Where DAGs live. Default: in the image."""
    database: NotRequired[DatabaseArgs]
    """The metadata database. Default: a small RDS PostgreSQL."""
    broker: NotRequired[BrokerArgs]
    """The Celery broker. Default: a small ElastiCache Valkey."""
    services: NotRequired[Mapping[str, ServiceArgs]]
    """Changes by service: web, scheduler, dag-processor, triggerer, worker and so on."""
    secrets: NotRequired[Mapping[str, str]]
    """Variables of every Airflow container whose values are parameters, by their names."""
    extra_environment: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Extra environment variables of every Airflow container."""
    values: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Values handed on to DAG code, in the containers and in Parameter Store."""
    secret_values: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret values handed on to DAG code, in Parameter Store only."""
    logs: NotRequired[LogsArgs]
    """How long logs are kept."""
    log_level: NotRequired[str]
    """DEBUG, INFO, WARNING or ERROR. Default INFO."""
    protect_data: NotRequired[bool]
    """Whether what holds data is protected from deletion. Default false."""
    enable_exec: NotRequired[bool]
    """Whether ECS Exec may open a shell in the tasks. Default false."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """A KMS key for the secrets in Parameter Store. Default: the account's own SSM key."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Tags for every resource."""
