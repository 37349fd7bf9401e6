"""What the scheduler has ECS start for each of Airflow's tasks: a definition without a service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from airflow_ecs import ecs_executor, policies
from airflow_ecs.components.account import Account
from airflow_ecs.components.definition import DefinitionArgs, define


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRunnerArgs:
    """What is started, and where; `after` is what must be there before a new revision counts."""

    definition: DefinitionArgs
    account: Account
    cluster_name: str
    cluster_arn: pulumi.Input[str]
    subnet_ids: pulumi.Output[Sequence[str]]
    security_group_ids: Sequence[pulumi.Output[str]]
    enable_exec: bool
    after: Sequence[pulumi.Resource]


class TaskRunner(pulumi.ComponentResource):
    """A task definition for Airflow's ECS executor.

    `variables` tell the executor of it, `statements` are what its role needs; `ready` must be
    there before it starts a task.
    """

    family: str
    role_arns: tuple[pulumi.Output[str], ...]
    variables: Mapping[str, pulumi.Input[str]]
    statements: tuple[policies.Statement, ...]
    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self, name: str, args: TaskRunnerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:TaskRunner", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, depends_on=list(args.after))
        definition = define(name, args.definition, child)
        self.family = args.definition.family
        self.role_arns = definition.role_arns
        self.ready = definition.allowed
        self.variables = ecs_executor.variables(
            args.definition.service,
            cluster=args.cluster_name,
            family=definition.family,
            region=args.account.region,
            subnets=args.subnet_ids.apply(",".join),
            security_groups=pulumi.Output.all(*args.security_group_ids).apply(",".join),
            enable_exec=args.enable_exec,
        )
        tasks = args.account.arn("ecs", f"task/{args.cluster_name}/*")
        self.statements = (
            *policies.run_tasks(
                cluster_arn=args.cluster_arn,
                definition_arns=[args.account.arn("ecs", f"task-definition/{self.family}:*")],
                task_arns=tasks,
                role_arns=self.role_arns,
            ),
            policies.tag_tasks(tasks),
        )
        self.register_outputs({})
