"""A task definition: one container under Fargate, with its roles and its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import taskdef
from airflow_ecs.components.json_text import json_text
from airflow_ecs.components.role import TASKS, Role, make_role
from airflow_ecs.policies import Statement
from airflow_ecs.process import Service
from airflow_ecs.taskdef import Mount

_ARCHITECTURES = {"x86_64": "X86_64", "arm64": "ARM64"}


@dataclass(frozen=True, kw_only=True, slots=True)
class LogGroup:
    """A CloudWatch log group, and the ARN pattern of its streams."""

    name: pulumi.Output[str]
    streams_arn: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class DefinitionArgs:
    """One container under Fargate: decided in `service`, the rest given.

    `execution` is what ECS may do to start a task, `task` what the code in it may do; neither
    counts where the service has a role of the user's.
    """

    service: Service
    family: str
    architecture: str
    image: pulumi.Input[str]
    environment: Mapping[str, pulumi.Input[str]]
    secrets: Mapping[str, pulumi.Input[str]]
    execution: Sequence[Statement]
    task: Sequence[Statement]
    log_group: LogGroup
    region: pulumi.Input[str]
    tags: Mapping[str, pulumi.Input[str]]
    mounts: Sequence[Mount] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """A registered definition, and the two roles of its tasks: ECS's, and the code's."""

    arn: pulumi.Output[str]
    family: pulumi.Output[str]
    execution_role: Role
    task_role: Role

    @property
    def role_arns(self) -> tuple[pulumi.Output[str], ...]:
        """Both roles, as whoever registers or runs the definition must be allowed to pass them."""
        return (self.execution_role.arn, self.task_role.arn)

    @property
    def allowed(self) -> tuple[pulumi.Resource, ...]:
        """What must be there before a task starts: the policies of its roles."""
        return (*self.execution_role.allowed, *self.task_role.allowed)


def define(name: str, args: DefinitionArgs, opts: pulumi.ResourceOptions) -> Definition:
    """Register the definition; its JSON is sorted, so that a difference is a change."""
    own = args.service.changes
    execution = (
        Role(arn=pulumi.Output.from_input(own.execution_role_arn))
        if own.execution_role_arn is not None
        else make_role(f"{name}-execution", TASKS, args.execution, args.tags, opts)
    )
    task = (
        Role(arn=pulumi.Output.from_input(own.task_role_arn))
        if own.task_role_arn is not None
        else make_role(f"{name}-task", TASKS, args.task, args.tags, opts)
    )
    container = taskdef.container(
        args.service.process,
        image=args.image,
        environment=args.environment,
        secrets=args.secrets,
        log_group=args.log_group.name,
        region=args.region,
        mounts=args.mounts,
    )
    definition = aws.ecs.TaskDefinition(
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
        volumes=[_volume(mount) for mount in args.mounts],
        execution_role_arn=execution.arn,
        task_role_arn=task.arn,
        # A rollback needs the revision before.
        skip_destroy=True,
        tags=args.tags,
        opts=opts,
    )
    return Definition(
        arn=definition.arn,
        family=definition.family,
        execution_role=execution,
        task_role=task,
    )


def _volume(mount: Mount) -> aws.ecs.TaskDefinitionVolumeArgsDict:
    return {
        "name": mount.name,
        "efs_volume_configuration": {
            "file_system_id": mount.file_system_id,
            "transit_encryption": "ENABLED",
            "authorization_config": {
                "access_point_id": mount.access_point_id,
                "iam": "ENABLED",
            },
        },
    }
