"""What is open to the whole internet, and wasn't asked to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.rules.deployment import items, title
from airflow_ecs.rehearsal.rules.firewall import ANYWHERE, GROUP, Firewall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.rules.deployment import Deployment


def check(deployment: Deployment) -> Iterator[str]:
    """Ingress from anywhere, except to a balancer that faces the internet."""
    facing = {
        group
        for balancer in deployment.of("aws:lb/loadBalancer:LoadBalancer")
        if balancer.inputs.get("internal", False) is False
        for group in items(balancer.inputs.get("securityGroups"))
    }
    for rule in Firewall(deployment).ingress:
        if rule.peer_block in ANYWHERE and rule.group not in facing:
            group = deployment.find(GROUP, rule.group)
            name = group.name if group else rule.group
            yield (
                f"{title(rule.owner)}: it opens ports {rule.low} to {rule.high} of {name} to "
                f"{rule.peer_block}, and {name} is not that of an internet-facing load balancer; "
                "name the security group or the addresses that may call."
            )
