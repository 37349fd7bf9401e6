"""Capacity provider strategies: how much of a service runs on Fargate Spot."""

from __future__ import annotations

from dataclasses import dataclass

ON_DEMAND = "FARGATE"
SPOT = "FARGATE_SPOT"
PROVIDERS = (ON_DEMAND, SPOT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One provider's part: the first `base` tasks, then by weight."""

    provider: str
    weight: int
    base: int = 0


def strategy(spot_share: int) -> tuple[Share, ...]:
    """The strategy for a share of Spot in per cent.

    With less than all on Spot, the first task is on demand: a service never stands on
    capacity alone that AWS may take back.
    """
    if spot_share == 0:
        return (Share(provider=ON_DEMAND, weight=1),)
    if spot_share == 100:
        return (Share(provider=SPOT, weight=1),)
    return (
        Share(provider=ON_DEMAND, weight=100 - spot_share, base=1),
        Share(provider=SPOT, weight=spot_share),
    )
