"""KMS: keys, which calls name in four ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from airflow_ecs.rehearsal.gateway.iam import Question
    from airflow_ecs.rehearsal.gateway.needs.asking import Asking


def key_arn(asking: Asking, given: str) -> str:
    """The ARN of a key by its id, its alias, or the ARN of either."""
    try:
        arn: str = asking.client("kms").describe_key(KeyId=given)["KeyMetadata"]["Arn"]
    except ClientError:
        # KMS will say that there is none, to whoever may ask.
        return given if given.startswith("arn:") else asking.arn("kms", f"key/{given}")
    return arn


def _key(asking: Asking) -> Iterator[Question]:
    given = asking.given("KeyId")
    # Without one, the key is named in the ciphertext, which can't be read from outside.
    yield asking.about(key_arn(asking, given) if given else None)


NEEDS: dict[str, Callable[[Asking], Iterable[Question]]] = {
    "Decrypt": _key,
    "DescribeKey": _key,
    "Encrypt": _key,
    "GenerateDataKey": _key,
}
