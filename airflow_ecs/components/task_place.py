"""Where DAG code runs tasks of its own: roles, log, and the document that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import capacity, policies
from airflow_ecs.components.account import Account
from airflow_ecs.components.definition import LogGroup
from airflow_ecs.components.json_text import json_text
from airflow_ecs.components.role import TASKS, Role, make_role
from airflow_ecs.naming import Naming
from airflow_ecs.remote.placement import LOCKS, PARAMETER, SECRETS, VALUES, Placement
from airflow_ecs.spec.reading import Given
from airflow_ecs.taskdef import LOG_PREFIX


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskPlaceArgs:
    """Where the tasks run, and what they are handed.

    A role that is None is made: ECS's own, and that of the code in the tasks.
    """

    naming: Naming
    account: Account
    cluster_arn: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]
    public_addresses: bool = False
    log_group: LogGroup
    values: Mapping[str, Given]
    kms_key_arn: pulumi.Input[str] | None
    execution_role_arn: pulumi.Input[str] | None = None
    task_role_arn: pulumi.Input[str] | None = None
    tags: Mapping[str, pulumi.Input[str]]


class TaskPlace(pulumi.ComponentResource):
    """A place on the cluster for tasks that DAGs start.

    `placement` is the JSON that tells DAG code about it; `statements` are what a role needs
    to run tasks there.
    """

    execution_role: Role
    task_role: Role
    placement: pulumi.Output[str]
    statements: tuple[policies.Statement, ...]

    def __init__(
        self, name: str, args: TaskPlaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:TaskPlace", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        execution = self.execution_role = (
            make_role(f"{name}-execution", TASKS, _execution(args), args.tags, child)
            if args.execution_role_arn is None
            else Role(arn=pulumi.Output.from_input(args.execution_role_arn))
        )
        task = self.task_role = (
            make_role(f"{name}-task", TASKS, [], args.tags, child)
            if args.task_role_arn is None
            else Role(arn=pulumi.Output.from_input(args.task_role_arn))
        )
        # Families of remote tasks start so; the services' own definitions do not.
        family_prefix = f"{args.naming.family('task')}-"
        definitions = args.account.arn("ecs", f"task-definition/{family_prefix}*:*")
        tasks = pulumi.Output.from_input(args.cluster_arn).apply(policies.tasks_of)
        self.statements = (
            *policies.run_tasks(
                cluster_arn=args.cluster_arn,
                definition_arns=[definitions],
                task_arns=tasks,
                role_arns=[execution.arn, task.arn],
            ),
            policies.list_tasks(args.cluster_arn),
            policies.tag_tasks(tasks),
            *policies.register_definitions(definitions),
            policies.hold_locks(
                args.account.arn("ssm", f"parameter{args.naming.parameter(LOCKS, '*')}")
            ),
            policies.read_logs(args.log_group.streams_arn),
        )
        self.placement = json_text(
            Placement.document(
                environment=args.naming.environment,
                region=args.account.region,
                cluster=args.cluster_arn,
                subnets=args.subnet_ids,
                security_groups=[args.security_group_id],
                assign_public_ip=args.public_addresses,
                capacity_providers=[
                    {"capacityProvider": share.provider, "weight": share.weight, "base": share.base}
                    for share in capacity.strategy(spot_share=0)
                ],
                execution_role=execution.arn,
                task_role=task.arn,
                log_group=args.log_group.name,
                log_prefix=LOG_PREFIX,
                family_prefix=family_prefix,
                registry=args.account.registry,
                parameter_path=args.naming.parameter_path,
                values=dict(args.values),
            )
        )
        aws.ssm.Parameter(
            name,
            name=args.naming.parameter(PARAMETER),
            type="String",
            tier="Intelligent-Tiering",
            value=self.placement,
            tags=args.tags,
            opts=child,
        )
        self.register_outputs({})


def _execution(args: TaskPlaceArgs) -> list[policies.Statement]:
    handed = [
        args.account.arn("ssm", f"parameter{args.naming.parameter(part, '*')}")
        for part in (VALUES, SECRETS)
    ]
    return [
        # Which images its users run is theirs to say, so every repository of the account.
        *policies.pull_image(args.account.arn("ecr", "repository/*")),
        policies.write_logs(args.log_group.streams_arn),
        *policies.read_parameters(handed, args.kms_key_arn),
    ]
