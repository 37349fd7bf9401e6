"""A bucket that nothing makes public."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws


def private_bucket(
    name: str,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
    *,
    protect: bool,
) -> aws.s3.Bucket:
    """Make it; deleting it deletes what is in it, unless it is protected."""
    bucket = aws.s3.Bucket(
        name,
        force_destroy=not protect,
        tags=tags,
        opts=opts.merge(pulumi.ResourceOptions(protect=protect)),
    )
    aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )
    return bucket
