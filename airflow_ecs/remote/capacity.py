"""On what a task runs: on-demand capacity, Spot, or a provider of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.retries import code_and_message, is_throttled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.remote.placement import Placement

ON_DEMAND, SPOT = "FARGATE", "FARGATE_SPOT"

# Parts of what RunTask says when there is nothing to run on just now, or the account's quota of
# vCPUs is used up. Source: Amazon ECS developer guide, "API failure reasons" and "Stopped tasks
# error messages".
_SHORT = ("RESOURCE:", "Capacity is unavailable", "reached the limit on the number of")


def strategies(
    placement: Placement, *, provider: str | None, spot_share: int | None, draw: int, attempt: int
) -> list[list[dict[str, Any]]]:
    """The capacity provider strategies to ask for, one after the other.

    `provider` is the user's own, and `spot_share` the part of the runs in per cent that begin
    on Spot; without both it is the placement that says. `draw`, from 0 to 99, is the run's own.
    A first attempt that finds no Spot capacity goes on demand, and so does every later one: a
    task that Spot has interrupted is not interrupted twice.
    """
    if provider is not None:
        return [_only(provider)]
    if spot_share is None:
        asked = [dict(one) for one in placement.capacity_providers]
    else:
        asked = _only(SPOT if draw < spot_share else ON_DEMAND)
    if all(one["capacityProvider"] != SPOT for one in asked):
        return [asked]
    return [asked, _only(ON_DEMAND)] if attempt <= 1 else [_only(ON_DEMAND)]


def is_short(error: Exception) -> bool:
    """Whether there was nothing to run on: asking again, or for another capacity, may help."""
    failures: Sequence[dict[str, str]] = getattr(error, "failures", ())
    said = [code_and_message(error)[1], *(str(one.get("reason", "")) for one in failures)]
    return any(part in text for part in _SHORT for text in said)


def may_pass(error: Exception) -> bool:
    """Whether asking the same again may help."""
    return is_short(error) or is_throttled(error)


def _only(provider: str) -> list[dict[str, Any]]:
    return [{"capacityProvider": provider, "weight": 1}]
