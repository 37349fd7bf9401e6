"""S3 buckets and what is set on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from airflow_ecs.rehearsal.account.archives import zipped
from airflow_ecs.rehearsal.account.inputs import Inputs, pairs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region


def create_bucket(region: Region, inputs: Inputs) -> Created:
    """A bucket; its settings are resources of their own."""
    s3 = region.client("s3")
    name = inputs.name()
    request: dict[str, Any] = {"Bucket": name}
    # The one region that refuses to be named.
    if region.name != "us-east-1":
        request["CreateBucketConfiguration"] = {"LocationConstraint": region.name}
    if inputs.take("objectLockEnabled", False):
        request["ObjectLockEnabledForBucket"] = True
    s3.create_bucket(**request)
    # It concerns deletion alone.
    inputs.aside("forceDestroy")
    if tags := inputs.tags():
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs(tags)})
    return Created(
        id=name,
        outputs={
            "bucket": name,
            "arn": f"arn:{region.partition}:s3:::{name}",
            "bucketDomainName": f"{name}.s3.amazonaws.com",
            "bucketRegionalDomainName": f"{name}.s3.{region.name}.amazonaws.com",
            "bucketRegion": region.name,
        },
    )


def create_object(region: Region, inputs: Inputs) -> Created:
    """An object from a text, or from a file or an archive of the program."""
    bucket, key = inputs.required("bucket"), inputs.required("key")
    source, content = inputs.take("source"), inputs.take("content")
    body = content.encode() if content is not None else zipped(source or {}, inputs)
    tags = urlencode(inputs.tags())
    answer = region.client("s3").put_object(
        Bucket=bucket,
        Key=key,
        Body=body,
        **({"Tagging": tags} if tags else {}),
        **inputs.request(pascal("contentType", "cacheControl", "storageClass")),
    )
    etag = answer["ETag"].strip('"')
    arn = f"arn:{region.partition}:s3:::{bucket}/{key}"
    return Created(id=f"{bucket}/{key}", outputs={"arn": arn, "etag": etag, "key": key})


def create_public_access_block(region: Region, inputs: Inputs) -> Created:
    """The four switches against public access, each off unless given."""
    bucket = inputs.required("bucket")
    switches = (
        "blockPublicAcls",
        "blockPublicPolicy",
        "ignorePublicAcls",
        "restrictPublicBuckets",
    )
    configuration = {one[0].upper() + one[1:]: inputs.take(one, False) for one in switches}
    inputs.aside("skipDestroy")
    region.client("s3").put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration=configuration
    )
    return Created(id=bucket)


def create_bucket_policy(region: Region, inputs: Inputs) -> Created:
    """Who may use a bucket."""
    bucket = inputs.required("bucket")
    region.client("s3").put_bucket_policy(Bucket=bucket, Policy=inputs.required("policy"))
    return Created(id=bucket)


def create_bucket_versioning(region: Region, inputs: Inputs) -> Created:
    """Whether old versions are kept."""
    bucket = inputs.required("bucket")
    members: Members = {"status": "Status", "mfaDelete": "MFADelete"}
    region.client("s3").put_bucket_versioning(
        Bucket=bucket,
        VersioningConfiguration=inputs.translated(
            inputs.required("versioningConfiguration"), members, "versioningConfiguration"
        ),
    )
    return Created(id=bucket)


def create_bucket_ownership_controls(region: Region, inputs: Inputs) -> Created:
    """Who owns what others put into a bucket."""
    bucket = inputs.required("bucket")
    rule = inputs.translated(inputs.required("rule"), pascal("objectOwnership"), "rule")
    region.client("s3").put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [rule]}
    )
    return Created(id=bucket)


def create_bucket_encryption(region: Region, inputs: Inputs) -> Created:
    """How objects are encrypted at rest."""
    bucket = inputs.required("bucket")
    default: Members = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}
    rules = inputs.translated(
        inputs.required("rules"),
        pascal("bucketKeyEnabled")
        | {
            "applyServerSideEncryptionByDefault": ("ApplyServerSideEncryptionByDefault", default),
        },
        "rules",
    )
    region.client("s3").put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules}
    )
    return Created(id=bucket)


_TRANSITION = pascal("days", "date", "storageClass")
_FILTER = pascal("prefix", "objectSizeGreaterThan", "objectSizeLessThan") | {
    "tag": ("Tag", pascal("key", "value"))
}
_RULE: Members = pascal("status", "prefix") | {
    "id": "ID",
    "filter": ("Filter", _FILTER | {"and": ("And", _FILTER)}),
    "expiration": ("Expiration", pascal("days", "date", "expiredObjectDeleteMarker")),
    "transitions": ("Transitions", _TRANSITION),
    "abortIncompleteMultipartUpload": (
        "AbortIncompleteMultipartUpload",
        pascal("daysAfterInitiation"),
    ),
    "noncurrentVersionExpiration": (
        "NoncurrentVersionExpiration",
        pascal("noncurrentDays", "newerNoncurrentVersions"),
    ),
}


def create_bucket_lifecycle(region: Region, inputs: Inputs) -> Created:
    """When objects are moved and deleted."""
    bucket = inputs.required("bucket")
    rules = inputs.translated(inputs.required("rules"), _RULE, "rules")
    region.client("s3").put_bucket_lifecycle_configuration(
        Bucket=bucket,
        # The API demands a filter; the provider sends an empty one.
        LifecycleConfiguration={"Rules": [{"Filter": {"Prefix": ""}} | rule for rule in rules]},
    )
    return Created(id=bucket)
