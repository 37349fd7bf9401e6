"""New tasks for the services whose password RDS has changed, without a person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from airflow_ecs import policies
from airflow_ecs.components.account import Account
from airflow_ecs.components.definition import LogGroup
from airflow_ecs.components.json_text import json_text
from airflow_ecs.components.role import FUNCTIONS, make_role

_HANDLER = Path(__file__).parent.parent / "runtime" / "rotation_lambda.py"


@dataclass(frozen=True, kw_only=True, slots=True)
class RotationArgs:
    """Which secret, and the ECS names of the services that have read it."""

    secret_arn: pulumi.Input[str]
    account: Account
    cluster_name: str
    cluster_arn: pulumi.Input[str]
    services: Sequence[str]
    log: LogGroup
    tags: Mapping[str, pulumi.Input[str]]


class Rotation(pulumi.ComponentResource):
    """An EventBridge rule for the secret, and the Lambda function that rolls the services."""

    def __init__(
        self, name: str, args: RotationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:Rotation", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        function = _function(name, args, child)
        # Secrets Manager says so itself when a new version is current: no CloudTrail needed.
        rule = aws.cloudwatch.EventRule(
            name,
            description="The password of Airflow's database has changed",
            event_pattern=json_text(
                {
                    "source": ["aws.secretsmanager"],
                    "detail-type": ["Secret Label Updated"],
                    "resources": [args.secret_arn],
                    "detail": {"labelUpdated": ["AWSCURRENT"]},
                }
            ),
            tags=args.tags,
            opts=child,
        )
        permission = aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            arn=function.arn,
            opts=child.merge(pulumi.ResourceOptions(depends_on=[permission])),
        )
        self.register_outputs({})


def _function(name: str, args: RotationArgs, child: pulumi.ResourceOptions) -> aws.lambda_.Function:
    services = [
        args.account.arn("ecs", f"service/{args.cluster_name}/{service}")
        for service in args.services
    ]
    role = make_role(
        name,
        FUNCTIONS,
        [
            policies.roll_services(services, args.cluster_arn),
            policies.write_logs(args.log.streams_arn),
        ],
        args.tags,
        child,
    )
    return aws.lambda_.Function(
        name,
        description="Gives Airflow's services new tasks when the database's password has changed",
        runtime="python3.13",
        architectures=["arm64"],
        handler="rotation_lambda.handler",
        code=pulumi.AssetArchive({_HANDLER.name: pulumi.FileAsset(str(_HANDLER))}),
        environment={
            "variables": {
                "CLUSTER": args.cluster_name,
                "SERVICES": json.dumps(list(args.services)),
            }
        },
        role=role.arn,
        timeout=60,
        memory_size=256,
        logging_config={"log_format": "Text", "log_group": args.log.name},
        tags=args.tags,
        opts=child.merge(pulumi.ResourceOptions(depends_on=list(role.allowed))),
    )
