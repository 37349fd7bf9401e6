"""Parameter Store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from airflow_ecs.rehearsal.gateway.needs.kms import key_arn

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
    for parameter in _described(asking, filters):
        if parameter["Type"] == "SecureString" and parameter.get("KeyId") not in _DEFAULT_KEYS:
            name = _arn(asking, parameter["Name"])
            yield asking.about(
                key_arn(asking, parameter["KeyId"]),
                action="kms:Decrypt",
                context={
                    "kms:ViaService": [f"ssm.{asking.region}.amazonaws.com"],
                    "kms:EncryptionContext:PARAMETER_ARN": [name],
                },
            )


def _described(asking: Asking, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    pages = asking.client("ssm").get_paginator("describe_parameters")
    try:
        found = [*pages.paginate(ParameterFilters=filters)]
    except ClientError:
        # Names below /aws, which AWS fills in itself and encrypts none of, have no description.
        return []
    return [parameter for page in found for parameter in page["Parameters"]]


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
