"""Parameter Store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from airflow_ecs.rehearsal.gateway.iam import Question
    from airflow_ecs.rehearsal.gateway.needs.asking import Asking

# The account's own key, which lets everybody in who comes through Parameter Store.
_DEFAULT_KEYS = ("alias/aws/ssm", None)


def _parameters(asking: Asking) -> Iterator[Question]:
    names = asking.given("Names") or [asking.given("Name")]
    for name in names:
        yield asking.about(_arn(asking, name))
    if asking.given("WithDecryption", False):
        plain = [_name(name) for name in names]
        yield from _decryption(asking, [{"Key": "Name", "Values": plain}])


def _by_path(asking: Asking) -> Iterator[Question]:
    path = asking.given("Path")
    # Source: the ARN in the refusals that AWS gives.
    yield asking.about(asking.arn("ssm", f"parameter{path.rstrip('/')}"))
    if asking.given("WithDecryption", False):
        depth = "Recursive" if asking.given("Recursive", False) else "OneLevel"
        yield from _decryption(asking, [{"Key": "Path", "Option": depth, "Values": [path]}])


def _everything(asking: Asking) -> Iterator[Question]:
    yield asking.about(asking.arn("ssm", "*"))


def _decryption(asking: Asking, filters: list[dict[str, Any]]) -> Iterator[Question]:
    """What the caller needs of KMS, for parameters under a key of the user's."""
    pages = asking.client("ssm").get_paginator("describe_parameters")
    for page in pages.paginate(ParameterFilters=filters):
        for parameter in page["Parameters"]:
            if parameter["Type"] != "SecureString" or parameter.get("KeyId") in _DEFAULT_KEYS:
                continue
            key = asking.client("kms").describe_key(KeyId=parameter["KeyId"])["KeyMetadata"]
            name = _arn(asking, parameter["Name"])
            yield asking.about(
                key["Arn"],
                action="kms:Decrypt",
                context={
                    "kms:ViaService": [f"ssm.{asking.region}.amazonaws.com"],
                    "kms:EncryptionContext:PARAMETER_ARN": [name],
                },
            )


def _name(given: str) -> str:
    """The name without a version or label, from a name or an ARN."""
    if given.startswith("arn:"):
        given = f"/{given.split(':', 5)[5].partition('/')[2]}"
    return given.partition(":")[0]


def _arn(asking: Asking, given: str) -> str:
    return asking.arn("ssm", f"parameter/{_name(given).lstrip('/')}")


NEEDS: dict[str, Callable[[Asking], Iterable[Question]]] = {
    "DeleteParameter": _parameters,
    "DeleteParameters": _parameters,
    "DescribeParameters": _everything,
    "GetParameter": _parameters,
    "GetParameterHistory": _parameters,
    "GetParameters": _parameters,
    "GetParametersByPath": _by_path,
    "PutParameter": _parameters,
}
