"""CloudWatch Logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from airflow_ecs.rehearsal.gateway.iam import Question
    from airflow_ecs.rehearsal.gateway.needs.asking import Asking


def _stream(asking: Asking) -> Iterator[Question]:
    yield asking.about(f"{_group(asking)}:log-stream:{asking.given('logStreamName')}")


def _of_group(asking: Asking) -> Iterator[Question]:
    # AWS asks about a group as about a stream without a name, so that `…:log-group:name:*`
    # lets in, and the bare ARN of the group does not.
    yield asking.about(f"{_group(asking)}:log-stream:")


def _groups(asking: Asking) -> Iterator[Question]:
    yield asking.about(asking.arn("logs", "log-group::log-stream:"))


def _group(asking: Asking) -> str:
    given: str = asking.given("logGroupName") or asking.given("logGroupIdentifier")
    if given.startswith("arn:"):
        return given.removesuffix(":*")
    return asking.arn("logs", f"log-group:{given}")


NEEDS: dict[str, Callable[[Asking], Iterable[Question]]] = {
    "CreateLogGroup": _of_group,
    "CreateLogStream": _stream,
    "DeleteLogGroup": _of_group,
    "DeleteLogStream": _stream,
    "DescribeLogGroups": _groups,
    "DescribeLogStreams": _of_group,
    "FilterLogEvents": _of_group,
    "GetLogEvents": _stream,
    "PutLogEvents": _stream,
    "PutRetentionPolicy": _of_group,
}
