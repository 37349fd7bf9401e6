"""A task definition: one container under Fargate, with its roles and its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import taskdef
from airflow_ecs.components.json_text import json_text
from airflow_ecs.process import Service

_ARCHITECTURES = {"x86_64": "X86_64", "arm64": "ARM64"}


@dataclass(frozen=True, kw_only=True, slots=True)
class LogGroup:
    """A CloudWatch log group, and the ARN pattern of its streams."""

    name: pulumi.Output[str]
    streams_arn: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class DefinitionArgs:
    """One container under Fargate: decided in `service`, the rest given."""

    service: Service
    family: str
    architecture: str
    image: pulumi.Input[str]
    environment: Mapping[str, pulumi.Input[str]]
    secrets: Mapping[str, pulumi.Input[str]]
    execution_role_arn: pulumi.Input[str]
    task_role_arn: pulumi.Input[str]
    log_group: LogGroup
    region: pulumi.Input[str]
    tags: Mapping[str, pulumi.Input[str]]


def task_definition(
    name: str, args: DefinitionArgs, opts: pulumi.ResourceOptions
) -> aws.ecs.TaskDefinition:
    """Register the definition; its JSON is sorted, so that a difference is a change."""
    container = taskdef.container(
        args.service.process,
        image=args.image,
        environment=args.environment,
        secrets=args.secrets,
        log_group=args.log_group.name,
        region=args.region,
    )
    return aws.ecs.TaskDefinition(
        name,
        family=args.family,
        cpu=str(args.service.size.cpu),
        memory=str(args.service.size.memory),
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        runtime_platform={
            "operating_system_family": "LINUX",
            "cpu_architecture": _ARCHITECTURES[args.architecture],
        },
        container_definitions=json_text([container]),
        execution_role_arn=args.execution_role_arn,
        task_role_arn=args.task_role_arn,
        # A rollback needs the revision before.
        skip_destroy=True,
        tags=args.tags,
        opts=opts,
    )
