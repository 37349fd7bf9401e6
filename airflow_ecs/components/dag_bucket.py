"""A bucket for DAGs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs.components.private_bucket import private_bucket


@dataclass(frozen=True, kw_only=True, slots=True)
class DagBucketArgs:
    """Whether it is kept when the stack is destroyed."""

    protect: bool
    tags: Mapping[str, pulumi.Input[str]]


class DagBucket(pulumi.ComponentResource):
    """A private bucket that keeps old versions of what was in it."""

    name: pulumi.Output[str]

    def __init__(
        self, name: str, args: DagBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:DagBucket", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        label = f"{name}-dags"
        bucket = private_bucket(label, args.tags, child, protect=args.protect)
        aws.s3.BucketVersioning(
            label,
            bucket=bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=child,
        )
        self.name = bucket.id
        self.register_outputs({"name": self.name})
