"""What each executor rules out: settings of parts that it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import SpecError

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

_BALANCED = ("domain", "zone", "private_zone", "certificate_arn", "internet_facing")


def check_executor(executor: str, reader: Reader) -> None:
    """Refuse what has no meaning for the executor, before its values are looked at."""
    if executor != "celery":
        _without_celery(executor, reader)
    if executor == "standalone":
        _standalone(reader.section("ingress"))
    elif reader.section("database").has("kind"):
        _with_a_server(executor, reader.section("database"))


def _without_celery(executor: str, reader: Reader) -> None:
    if reader.has("broker"):
        raise SpecError(
            f"broker has no meaning for executor {executor}, which sends tasks through none; "
            "leave it out, or write executor: celery."
        )
    if reader.given("flower"):
        raise SpecError(
            f"flower is true, and executor {executor} has no Celery workers for it to show; "
            "leave it out, or write executor: celery."
        )
    # Read, so that it counts as a setting.
    reader.given("broker")


def _standalone(ingress: Reader) -> None:
    for key in _BALANCED:
        if ingress.has(key):
            raise SpecError(
                f"{ingress.path(key)} has no meaning for executor standalone, which has no load "
                "balancer; leave it out, or write executor: local."
            )
    if not ingress.has("allowed_cidrs"):
        raise SpecError(
            f"{ingress.path('allowed_cidrs')} is missing, and executor standalone has a public "
            "address; write who may open its page, such as [203.0.113.7/32] for your own "
            "address, which https://checkip.amazonaws.com tells."
        )
    if "0.0.0.0/0" in ingress.cidrs("allowed_cidrs"):
        raise SpecError(
            f"{ingress.path('allowed_cidrs')} holds 0.0.0.0/0, and executor standalone has a "
            "public address without TLS; write your own address, such as 203.0.113.7/32."
        )


def _with_a_server(executor: str, database: Reader) -> None:
    if database.given("kind") == "sqlite":
        raise SpecError(
            f"{database.path('kind')} is sqlite, a file that one container has for itself, and "
            f"executor {executor} has several; write rds, aurora or own."
        )
