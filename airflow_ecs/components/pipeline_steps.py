"""The steps of the pipelines as builds fetch them: one archive in a bucket."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from airflow_ecs.components.private_bucket import private_bucket


@dataclass(frozen=True, kw_only=True, slots=True)
class PipelineStepsArgs:
    """The folder of the steps, and the tags of the bucket."""

    folder: Path
    tags: Mapping[str, pulumi.Input[str]]


class PipelineSteps(pulumi.ComponentResource):
    """The archive: where it is as a source of CodeBuild, its ARN, and its bucket.

    The steps come from this package, so that they fit the cluster, and a repository of DAGs
    needs none of them.
    """

    location: pulumi.Output[str]
    arn: pulumi.Output[str]
    bucket: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: PipelineStepsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:PipelineSteps", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        files = sorted(path for path in args.folder.iterdir() if path.is_file())
        content = b"".join(path.name.encode() + path.read_bytes() for path in files)

        bucket = private_bucket(name, args.tags, child, protect=False)
        archive = aws.s3.BucketObjectv2(
            name,
            bucket=bucket.id,
            # A build that runs keeps the steps that it began with.
            key=f"steps-{hashlib.sha256(content).hexdigest()[:16]}.zip",
            source=pulumi.AssetArchive({path.name: pulumi.FileAsset(str(path)) for path in files}),
            tags=args.tags,
            opts=child,
        )
        self.bucket = bucket.id
        self.bucket_arn = bucket.arn
        self.location = pulumi.Output.concat(bucket.id, "/", archive.key)
        self.arn = pulumi.Output.concat(bucket.arn, "/", archive.key)
        self.register_outputs({})
