"""Where logs go: containers' to CloudWatch, Airflow tasks' to S3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs.components.definition import LogGroup
from airflow_ecs.components.private_bucket import private_bucket
from airflow_ecs.naming import Naming
from airflow_ecs.spec.logs import Logs as LogsSpec

TASK_LOGS = "task-logs"


@dataclass(frozen=True, kw_only=True, slots=True)
class LogsArgs:
    """Whose logs, and how long they are kept."""

    naming: Naming
    spec: LogsSpec
    groups: Sequence[str]
    protect: bool
    tags: Mapping[str, pulumi.Input[str]]


class Logs(pulumi.ComponentResource):
    """A log group per service and a bucket for the logs of tasks."""

    groups: dict[str, LogGroup]
    bucket_arn: pulumi.Output[str]
    task_logs_url: pulumi.Output[str]
    task_logs_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: LogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:Logs", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)

        self.groups = {}
        for group in args.groups:
            created = aws.cloudwatch.LogGroup(
                f"{name}-{group}",
                name=args.naming.log_group(group),
                retention_in_days=args.spec.retention_days,
                tags=args.tags,
                opts=child,
            )
            self.groups[group] = LogGroup(
                name=created.name, streams_arn=created.arn.apply(lambda arn: f"{arn}:*")
            )

        bucket = private_bucket(f"{name}-logs", args.tags, child, protect=args.protect)
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-logs",
            bucket=bucket.id,
            rules=[
                {
                    "id": "expire-task-logs",
                    "status": "Enabled",
                    "filter": {"prefix": f"{TASK_LOGS}/"},
                    "expiration": {"days": args.spec.task_retention_days},
                }
            ],
            opts=child,
        )
        self.bucket_arn = bucket.arn
        self.task_logs_url = bucket.id.apply(lambda name: f"s3://{name}/{TASK_LOGS}")
        self.task_logs_arn = bucket.arn.apply(lambda arn: f"{arn}/{TASK_LOGS}/*")
        self.register_outputs({"task_logs_url": self.task_logs_url})
