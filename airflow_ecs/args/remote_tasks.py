"""A place for remote tasks, alone."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi


class MwaaParametersArgs(TypedDict):
    """The parameters from which DAGs on MWAA learn where to run the task."""

    cluster: NotRequired[str]
    """The cluster's name. Default /mwaa/ecs/cluster."""
    task_definition: NotRequired[str]
    """The task definition's family. Default /mwaa/ecs/task_definition."""
    subnets: NotRequired[str]
    """The ids of the subnets, between commas. Default /mwaa/vpc/private_subnets."""
    security_group: NotRequired[str]
    """The id of the security group. Default /mwaa/vpc/security_group."""
    log_group: NotRequired[str]
    """The log group's name. Default /mwaa/cw/log_group."""
    log_prefix: NotRequired[str]
    """What log streams start with, as EcsRunTaskOperator wants it. Default /mwaa/cw/log_stream."""


class MwaaArgs(TypedDict):
    """One task that the DAGs of an Amazon MWAA environment run."""

    execution_role: pulumi.Input[str]
    """The execution role of the environment, by name or ARN; it is let run the task."""
    cluster_name: NotRequired[str]
    """The name of the cluster that is made. Default airflow-ecs-cluster."""
    family: NotRequired[str]
    """The family of the task definition. Default airflow-ecs-operator."""
    container_name: NotRequired[str]
    """The name of its one container. Default hello-world."""
    image: NotRequired[pulumi.Input[str]]
    """The image of that container. Default hello-world."""
    cpu: NotRequired[int]
    """CPU units of the task; 1024 are one vCPU. Default 256."""
    memory: NotRequired[int]
    """Memory of the task in MiB, one of those that Fargate offers with the CPU. Default 512."""
    log_group: NotRequired[str]
    """The log group that is made. Default /ecs/ and the family."""
    log_prefix: NotRequired[str]
    """What the container's log streams start with. Default ecs."""
    parameters: NotRequired[MwaaParametersArgs]
    """The names of the six parameters that DAGs read."""


class RemoteTasksArgs(TypedDict):
    """A place on ECS for the tasks that the DAGs of some Airflow start."""

    environment: str
    """A short name for this deployment, such as dev; part of every physical name."""
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    """The subnets that tasks run in."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """The VPC of the subnets; needed where the security group is made."""
    security_group_id: NotRequired[pulumi.Input[str]]
    """A security group of yours for the tasks; one is made when absent."""
    public_addresses: NotRequired[bool]
    """Whether tasks get public addresses, as public subnets need them. Default false."""
    cluster_arn: NotRequired[pulumi.Input[str]]
    """A cluster of yours, with the provider FARGATE; one is made when absent."""
    execution_role_arn: NotRequired[pulumi.Input[str]]
    """A role of yours for ECS to start tasks with; one is made when absent."""
    task_role_arn: NotRequired[pulumi.Input[str]]
    """A role of yours for the code in the tasks; one is made when absent."""
    values: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Values handed on to DAG code, in Parameter Store."""
    secret_values: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret values handed on to DAG code, in Parameter Store."""
    retention_days: NotRequired[int]
    """How long logs are kept, one of CloudWatch's retention periods. Default 30."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """A KMS key for the secrets in Parameter Store. Default: the account's own SSM key."""
    mwaa: NotRequired[MwaaArgs]
    """An Amazon MWAA environment as the Airflow whose DAGs start tasks here."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Tags for every resource."""
