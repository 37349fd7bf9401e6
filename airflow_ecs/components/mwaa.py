"""A task for Amazon MWAA: its definition, what its DAGs read, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import policies, taskdef
from airflow_ecs.components.account import Account
from airflow_ecs.components.definition import LogGroup
from airflow_ecs.components.json_text import json_text
from airflow_ecs.components.role import Role
from airflow_ecs.spec.mwaa import Mwaa


@dataclass(frozen=True, kw_only=True, slots=True)
class MwaaTaskArgs:
    """Where the task runs, and under which roles."""

    spec: Mwaa
    account: Account
    cluster_arn: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]
    execution_role: Role
    task_role: Role
    log_group: LogGroup
    tags: Mapping[str, pulumi.Input[str]]


class MwaaTask(pulumi.ComponentResource):
    """One task definition, six parameters, and an inline policy on MWAA's execution role."""

    def __init__(
        self, name: str, args: MwaaTaskArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:MwaaTask", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        spec = args.spec
        cluster_arn = pulumi.Output.from_input(args.cluster_arn)
        aws.ecs.TaskDefinition(
            name,
            family=spec.family,
            cpu=str(spec.size.cpu),
            memory=str(spec.size.memory),
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            container_definitions=json_text(
                [
                    taskdef.bare_container(
                        spec.container_name,
                        image=spec.image,
                        log_group=args.log_group.name,
                        region=args.account.region,
                        log_prefix=spec.log_prefix,
                    )
                ]
            ),
            execution_role_arn=args.execution_role.arn,
            task_role_arn=args.task_role.arn,
            tags=args.tags,
            opts=child,
        )
        parameters: dict[str, tuple[str, pulumi.Input[str]]] = {
            "cluster": (spec.parameters.cluster, cluster_arn.apply(policies.name_of)),
            "task-definition": (spec.parameters.task_definition, spec.family),
            "subnets": (
                spec.parameters.subnets,
                pulumi.Output.all(args.subnet_ids).apply(lambda known: ",".join(known[0])),
            ),
            "security-group": (spec.parameters.security_group, args.security_group_id),
            "log-group": (spec.parameters.log_group, args.log_group.name),
            # EcsRunTaskOperator adds the task's id alone to it.
            "log-prefix": (
                spec.parameters.log_prefix,
                f"{spec.log_prefix}/{spec.container_name}",
            ),
        }
        arns = [
            aws.ssm.Parameter(
                f"{name}-{part}",
                name=parameter,
                type="String",
                value=value,
                tags=args.tags,
                opts=child,
            ).arn
            for part, (parameter, value) in parameters.items()
        ]
        aws.iam.RolePolicy(
            name,
            role=pulumi.Output.from_input(spec.execution_role).apply(policies.name_of),
            policy=json_text(
                policies.document(
                    *policies.run_tasks(
                        cluster_arn=cluster_arn,
                        definition_arns=[
                            args.account.arn("ecs", f"task-definition/{spec.family}:*")
                        ],
                        task_arns=cluster_arn.apply(policies.tasks_of),
                        role_arns=[args.execution_role.arn, args.task_role.arn],
                    ),
                    policies.list_tasks(cluster_arn),
                    policies.read_logs(args.log_group.streams_arn),
                    policies.get_parameters(arns),
                )
            ),
            opts=child,
        )
        self.register_outputs({})
