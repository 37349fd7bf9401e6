"""Security groups as a firewall: whether a call from some groups to others is let through."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules.deployment import items, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

GROUP = "aws:ec2/securityGroup:SecurityGroup"
_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

ANYWHERE = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What one rule lets through: TCP on some ports, from or to a group or a block.

    `owner` is the resource that says so; `group` the id of the group it is a rule of.
    """

    owner: Declared
    group: str
    low: int
    high: int
    peer_group: str | None = None
    peer_block: str | None = None

    def covers(self, port: int, groups: Iterable[str], blocks: Iterable[str]) -> bool:
        """Whether it lets a port through, with a peer in these groups and these blocks."""
        if not self.low <= port <= self.high:
            return False
        if self.peer_group is not None:
            return self.peer_group in groups
        return self.peer_block is not None and any(
            _contains(self.peer_block, block) for block in blocks
        )


class Firewall:
    """The rules of all the program's security groups."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self.ingress = tuple(_allowances(deployment, _INGRESS, "ingress"))
        self.egress = tuple(_allowances(deployment, _EGRESS, "egress"))

    def knows(self, groups: Iterable[Any]) -> bool:
        """Whether all of these groups are the program's own, so that their rules are known."""
        return all(self._deployment.find(GROUP, group) for group in groups)

    def lets_in(
        self, port: int, *, sources: Iterable[str], targets: Iterable[str], blocks: Iterable[str]
    ) -> bool:
        """Whether the targets take a call from the sources, whose addresses are in the blocks."""
        return _any(self.ingress, port, of=set(targets), peers=set(sources), blocks=blocks)

    def lets_out(
        self, port: int, *, sources: Iterable[str], targets: Iterable[str], blocks: Iterable[str]
    ) -> bool:
        """Whether the sources may call the targets, whose addresses are in the blocks."""
        return _any(self.egress, port, of=set(sources), peers=set(targets), blocks=blocks)

    def names(self, groups: Iterable[str]) -> str:
        """How sentences name these groups."""
        found = (self._deployment.find(GROUP, group) for group in groups)
        return " and ".join(group.name for group in found if group) or "none"


def _any(
    rules: Iterable[Allowance], port: int, *, of: set[str], peers: set[str], blocks: Iterable[str]
) -> bool:
    return any(rule.group in of and rule.covers(port, peers, blocks) for rule in rules)


def _allowances(deployment: Deployment, type_: str, inline: str) -> Iterator[Allowance]:
    for rule in deployment.of(type_):
        given = rule.inputs
        ports = _ports(given.get("ipProtocol"), given.get("fromPort"), given.get("toPort"))
        group = given.get("securityGroupId")
        if ports and isinstance(group, str):
            yield _allowance(
                rule,
                group,
                ports,
                peer_group=given.get("referencedSecurityGroupId"),
                peer_block=given.get("cidrIpv4") or given.get("cidrIpv6"),
            )
    for owner in deployment.of(GROUP):
        group = deployment.get(owner, "id")
        for rule in items(owner.inputs.get(inline)):
            ports = _ports(rule.get("protocol"), rule.get("fromPort"), rule.get("toPort"))
            if not ports or not isinstance(group, str):
                continue
            peers = [*items(rule.get("securityGroups")), *([group] if rule.get("self") else [])]
            for peer in peers:
                yield _allowance(owner, group, ports, peer_group=peer)
            for block in items(rule.get("cidrBlocks")) + items(rule.get("ipv6CidrBlocks")):
                yield _allowance(owner, group, ports, peer_block=block)


def _allowance(
    owner: Declared,
    group: str,
    ports: tuple[int, int],
    *,
    peer_group: Any = None,
    peer_block: Any = None,
) -> Allowance:
    return Allowance(
        owner=owner,
        group=group,
        low=ports[0],
        high=ports[1],
        peer_group=peer_group,
        peer_block=peer_block,
    )


def _ports(protocol: Any, low: Any, high: Any) -> tuple[int, int] | None:
    """The TCP ports of a rule; nothing when it is for another protocol."""
    if str(protocol) in ("-1", "all"):
        return 0, 65535
    if str(protocol) not in ("tcp", "6") or not (known(low) and known(high)):
        return None
    return int(low), int(high)


def _contains(block: str, other: str) -> bool:
    outer, inner = ipaddress.ip_network(block, False), ipaddress.ip_network(other, False)
    if isinstance(outer, ipaddress.IPv4Network) and isinstance(inner, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    return False
