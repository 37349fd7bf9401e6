"""S3, whose actions are not named as its calls are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from airflow_ecs.rehearsal.gateway.iam import Question
    from airflow_ecs.rehearsal.gateway.needs.asking import Asking


def to_learn_that_it_is_missing(asking: Asking) -> Question:
    """What it takes to be told of a missing object that it's missing, and not "forbidden".

    The key counts as the prefix. Source: Ceph's gateway, which follows S3 in it.
    """
    context: dict[str, Sequence[str]] = {"s3:prefix": [asking.given("Key")]}
    return asking.about(_bucket(asking), action="s3:ListBucket", context=context)


def _bucket(asking: Asking) -> str:
    partition = asking.role_arn.split(":")[1]
    return f"arn:{partition}:s3:::{asking.given('Bucket')}"


def _object(action: str, of_version: str | None = None) -> Callable[[Asking], Iterator[Question]]:
    def needs(asking: Asking) -> Iterator[Question]:
        chosen = of_version if of_version and asking.given("VersionId") else action
        yield asking.about(f"{_bucket(asking)}/{asking.given('Key')}", action=chosen)

    return needs


def _copy(asking: Asking) -> Iterator[Question]:
    partition = asking.role_arn.split(":")[1]
    source = unquote(asking.given("CopySource")).lstrip("/").partition("?")[0]
    yield asking.about(f"arn:{partition}:s3:::{source}", action="s3:GetObject")
    yield from _object("s3:PutObject")(asking)


def _several(asking: Asking) -> Iterator[Question]:
    # The caller's own XML, sent to this machine by a process that it started.
    for element in ElementTree.fromstring(asking.body).iter():  # noqa: S314
        if element.tag.rpartition("}")[2] == "Key":
            yield asking.about(f"{_bucket(asking)}/{element.text}", action="s3:DeleteObject")


def _listing(action: str) -> Callable[[Asking], Iterator[Question]]:
    def needs(asking: Asking) -> Iterator[Question]:
        keys = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}
        given = {
            key: [asking.given(name)] if name in asking.call.parameters else []
            for key, name in keys.items()
        }
        yield asking.about(_bucket(asking), action=action, context={**given})

    return needs


def _all_buckets(asking: Asking) -> Iterator[Question]:
    yield asking.about("*", action="s3:ListAllMyBuckets")


# Source: Amazon S3 user guide, "Required permissions for Amazon S3 API operations".
NEEDS: dict[str, Callable[[Asking], Iterable[Question]]] = {
    "AbortMultipartUpload": _object("s3:AbortMultipartUpload"),
    "CompleteMultipartUpload": _object("s3:PutObject"),
    "CopyObject": _copy,
    "CreateMultipartUpload": _object("s3:PutObject"),
    "DeleteObject": _object("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "DeleteObjects": _several,
    "GetBucketLocation": _listing("s3:GetBucketLocation"),
    "GetObject": _object("s3:GetObject", "s3:GetObjectVersion"),
    "GetObjectTagging": _object("s3:GetObjectTagging"),
    "HeadBucket": _listing("s3:ListBucket"),
    "HeadObject": _object("s3:GetObject", "s3:GetObjectVersion"),
    "ListBuckets": _all_buckets,
    "ListMultipartUploads": _listing("s3:ListBucketMultipartUploads"),
    "ListObjectVersions": _listing("s3:ListBucketVersions"),
    "ListObjects": _listing("s3:ListBucket"),
    "ListObjectsV2": _listing("s3:ListBucket"),
    "ListParts": _object("s3:ListMultipartUploadParts"),
    "PutObject": _object("s3:PutObject"),
    "PutObjectTagging": _object("s3:PutObjectTagging"),
    "UploadPart": _object("s3:PutObject"),
    "UploadPartCopy": _copy,
}
