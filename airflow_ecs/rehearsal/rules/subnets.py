"""Subnets: the zone each is in, and the way out that its route table gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules.deployment import fields, items

if TYPE_CHECKING:
    from collections.abc import Iterable

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

_NETWORK = "awsx:ec2:Vpc"
_SUBNET = "aws:ec2/subnet:Subnet"

# Crosswalk makes this block and this many NAT gateways unless told otherwise.
_DEFAULT_CIDR = "10.0.0.0/16"
_DEFAULT_NAT = "OnePerAz"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subnet:
    """A subnet of the program: `way_out` is "nat", "internet", or "" for none."""

    vpc: str
    zone: str
    way_out: str


def find(deployment: Deployment, identity: Any) -> Subnet | None:
    """A subnet that this program makes; nothing for the user's own."""
    if not isinstance(identity, str):
        return None
    for network in deployment.of(_NETWORK):
        for kind in ("private", "public", "isolated"):
            ids = items(deployment.get(network, f"{kind}SubnetIds"))
            if identity in ids:
                return Subnet(
                    vpc=deployment.get(network, "vpcId"),
                    # Crosswalk goes through the zones in order.
                    zone=f"number {ids.index(identity) + 1}",
                    way_out=_way_out(network, kind),
                )
    declared = deployment.find(_SUBNET, identity)
    if declared is None:
        return None
    return Subnet(
        vpc=declared.inputs.get("vpcId", ""),
        zone=str(deployment.get(declared, "availabilityZone")),
        way_out=_routed(deployment, identity),
    )


def zones(deployment: Deployment, subnets: Iterable[Any]) -> list[str] | None:
    """The different zones of these subnets; nothing when one isn't known."""
    found = [find(deployment, subnet) for subnet in subnets]
    if any(subnet is None for subnet in found):
        return None
    return sorted({subnet.zone for subnet in found if subnet})


def vpc_block(deployment: Deployment, vpc: Any) -> str | None:
    """The address block of a VPC that this program makes."""
    for network in deployment.of(_NETWORK):
        if deployment.get(network, "vpcId") == vpc:
            return str(network.inputs.get("cidrBlock", _DEFAULT_CIDR))
    declared = deployment.find("aws:ec2/vpc:Vpc", vpc)
    return str(declared.inputs.get("cidrBlock")) if declared else None


def _way_out(network: Declared, kind: str) -> str:
    if kind == "public":
        return "internet"
    gateways = fields(network.inputs.get("natGateways"))
    without = gateways.get("strategy", _DEFAULT_NAT) == "None"
    return "" if without or kind == "isolated" else "nat"


def _routed(deployment: Deployment, subnet: str) -> str:
    tables = {
        association.inputs.get("routeTableId")
        for association in deployment.of("aws:ec2/routeTableAssociation:RouteTableAssociation")
        if association.inputs.get("subnetId") == subnet
    }
    routes = [
        route.inputs
        for route in deployment.of("aws:ec2/route:Route")
        if route.inputs.get("routeTableId") in tables
    ]
    for table in deployment.of("aws:ec2/routeTable:RouteTable"):
        if deployment.get(table, "id") in tables:
            routes += items(table.inputs.get("routes"))
    for route in routes:
        if "0.0.0.0/0" in (route.get("destinationCidrBlock"), route.get("cidrBlock")):
            return "nat" if route.get("natGatewayId") else "internet"
    return ""
