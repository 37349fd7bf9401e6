"""The database migration as a resource: one Fargate run that services wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from airflow_ecs import capacity, policies, taskdef
from airflow_ecs.components.account import Account
from airflow_ecs.components.definition import Definition, DefinitionArgs, LogGroup, define
from airflow_ecs.components.json_text import json_text
from airflow_ecs.components.role import FUNCTIONS, make_role

# The longest that Lambda runs a function, in seconds; the handler gives up a minute earlier.
_TIMEOUT = 900

_HANDLER = Path(__file__).parent.parent / "runtime" / "migration_lambda.py"


@dataclass(frozen=True, kw_only=True, slots=True)
class MigrationArgs:
    """What to run, where, and what it must wait for."""

    definition: DefinitionArgs
    account: Account
    cluster_name: str
    cluster_arn: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]
    starter_log: LogGroup
    version: str
    after: Sequence[pulumi.Resource]


class DatabaseMigration(pulumi.ComponentResource):
    """Runs `db migrate`, the users and the pools whenever image or version change.

    A Lambda function starts the task and waits for its end, so that an update needs no more
    than the AWS provider; when the migration fails, the update stops before any service.
    """

    done: pulumi.Resource
    family: str
    function_name: pulumi.Output[str]
    function_arn: pulumi.Output[str]
    event: Mapping[str, Any]
    """What the function is told."""
    role_arns: tuple[pulumi.Output[str], ...]

    def __init__(
        self, name: str, args: MigrationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:DatabaseMigration", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        definition = define(name, args.definition, child)
        function = self._function(name, args, definition, child)
        self.event = {
            "cluster": args.cluster_arn,
            "task_definition": definition.arn,
            "container": args.definition.service.name,
            "network": {
                "subnets": args.subnet_ids,
                "securityGroups": [args.security_group_id],
                "assignPublicIp": "DISABLED",
            },
            "capacity_providers": [
                {"capacityProvider": share.provider, "weight": share.weight, "base": share.base}
                for share in capacity.strategy(spot_share=0)
            ],
            "started_by": args.definition.family,
            "log_group": args.definition.log_group.name,
            "log_stream_prefix": taskdef.LOG_PREFIX,
            "tags": args.definition.tags,
        }
        self.done = aws.lambda_.Invocation(
            name,
            function_name=function.name,
            input=json_text(self.event),
            triggers={"image": args.definition.image, "version": args.version},
            opts=child.merge(pulumi.ResourceOptions(depends_on=[*args.after, *definition.allowed])),
        )
        self.family = args.definition.family
        self.function_name, self.function_arn = function.name, function.arn
        self.role_arns = definition.role_arns
        self.register_outputs({})

    def _function(
        self,
        name: str,
        args: MigrationArgs,
        definition: Definition,
        child: pulumi.ResourceOptions,
    ) -> aws.lambda_.Function:
        role = make_role(
            f"{name}-starter",
            FUNCTIONS,
            _statements(args, definition),
            args.definition.tags,
            child,
        )
        return aws.lambda_.Function(
            f"{name}-starter",
            description="Runs Airflow's database migration and waits for its end",
            runtime="python3.13",
            architectures=["arm64"],
            handler="migration_lambda.handler",
            code=pulumi.AssetArchive({_HANDLER.name: pulumi.FileAsset(str(_HANDLER))}),
            role=role.arn,
            timeout=_TIMEOUT,
            memory_size=256,
            logging_config={"log_format": "Text", "log_group": args.starter_log.name},
            tags=args.definition.tags,
            opts=child.merge(pulumi.ResourceOptions(depends_on=list(role.allowed))),
        )


def _statements(args: MigrationArgs, definition: Definition) -> list[policies.Statement]:
    family = args.definition.family
    tasks = args.account.arn("ecs", f"task/{args.cluster_name}/*")
    return [
        *policies.run_tasks(
            cluster_arn=args.cluster_arn,
            definition_arns=[args.account.arn("ecs", f"task-definition/{family}:*")],
            task_arns=tasks,
            role_arns=[definition.execution_role.arn, definition.task_role.arn],
        ),
        policies.list_tasks(args.cluster_arn),
        # A task is tagged while it is made.
        policies.allow(
            ["ecs:TagResource"],
            [tasks],
            {"StringEquals": {"ecs:CreateAction": "RunTask"}},
        ),
        policies.read_logs(args.definition.log_group.streams_arn),
        policies.write_logs(args.starter_log.streams_arn),
    ]
