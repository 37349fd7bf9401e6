from __future__ import annotations

from typing import TYPE_CHECKING

from .building import one

if TYPE_CHECKING:
    from collections.abc import Callable

    from .building import Program


def test_what_is_open_to_everyone_is_named(spoil: Callable[..., str]) -> None:
    sentence = spoil("web-worker-in", cidrIpv4="0.0.0.0/0", referencedSecurityGroupId=None)

    assert "opens ports 8793 to 8793 of worker-group to 0.0.0.0/0" in sentence


def test_an_internet_facing_balancer_may_be_open(program: Program) -> None:
    program.change("balancer", internal=False)
    rule = {"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": ["0.0.0.0/0"]}
    program.change("balancer-group", ingress=[rule])

    assert program.violations() == []


def test_an_internal_balancer_may_not_be_open(program: Program) -> None:
    rule = {"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": ["0.0.0.0/0"]}
    program.change("balancer-group", ingress=[rule])

    assert "is not that of an internet-facing load balancer" in one(program.violations())
