"""`awsx.ec2.Vpc`: one registration that makes a whole network, as Crosswalk lays it out."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.account import vpc as ec2
from airflow_ecs.rehearsal.account.inputs import Inputs
from airflow_ecs.rehearsal.declared import Created, Declared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow_ecs.rehearsal.account.region import Region

# How Pulumi spells a reference to another resource inside a value.
_SIGNATURE = {"4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e"}

_DEFAULT_ZONES = 3
_LAYOUT: list[dict[str, Any]] = [{"type": "Private"}, {"type": "Public"}]
# A subnet's share of its zone, as a power of two: a half, a quarter, a sixteenth.
_SHARE = {"Private": 1, "Public": 2, "Isolated": 4}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Subnet:
    type: str
    name: str
    zone: str
    cidr: str


class _Network:
    """Makes the children, and remembers them for those who ask for one by reference."""

    def __init__(self, region: Region, inputs: Inputs) -> None:
        self.region = region
        self.inputs = inputs
        self.tags = inputs.tags()
        self.made: dict[str, list[dict[str, Any]]] = {}

    def make(
        self, create: Callable[[Region, Inputs], Created], kind: str, name: str, **inputs: Any
    ) -> str:
        """Create one child; the answer is its id."""
        token = f"aws:ec2/{kind[0].lower()}{kind[1:]}:{kind}"
        if kind not in ("Route", "RouteTableAssociation"):
            inputs["tags"] = {"Name": name, **self.tags}
        parent = self.inputs.declared
        stack, _, own = parent.urn.rpartition("::")
        urn = f"{stack}${token}::{own if name == own else name}"
        child = Declared(
            type=token,
            name=name,
            urn=urn,
            custom=True,
            remote=False,
            parent=parent.urn,
            inputs=inputs,
        )
        created = create(self.region, Inputs(child, {}))
        state = {**inputs, **created.outputs, "id": created.id}
        self.region.account.children[urn] = {"urn": urn, "id": created.id, "state": state}
        self.made.setdefault(kind, []).append({**_SIGNATURE, "urn": urn, "id": created.id})
        return created.id

    def references(self, kind: str) -> list[dict[str, Any]]:
        """The children of one kind, as references."""
        return self.made.get(kind, [])


def create_network(region: Region, inputs: Inputs) -> Created:
    """A VPC with subnets in each zone, an internet gateway, NAT gateways and routes."""
    network = _Network(region, inputs)
    name = inputs.logical_name
    cidr = inputs.take("cidrBlock", "10.0.0.0/16")
    flags = ("enableDnsHostnames", "enableDnsSupport", "instanceTenancy")
    given = {flag: inputs.take(flag) for flag in flags}
    # Names only, and a strategy that changes nothing where the default layout is taken.
    inputs.aside("subnetNameTagStrategy", "subnetStrategy")
    vpc = network.make(ec2.create_vpc, "Vpc", name, cidrBlock=cidr, **given)
    subnets = list(_layout(inputs, _zones(region, inputs), ipaddress.IPv4Network(cidr)))
    strategy = _nat_strategy(inputs)
    gateway = ""
    if any(subnet.type == "Public" for subnet in subnets):
        gateway = network.make(ec2.create_internet_gateway, "InternetGateway", name, vpcId=vpc)
    ids: dict[str, list[str]] = {"Public": [], "Private": [], "Isolated": []}
    nats: dict[str, str] = {}
    # Public ones first: the others' NAT gateways are in them.
    for subnet in sorted(subnets, key=lambda one: one.type != "Public"):
        identity = _subnet(network, vpc, subnet, _target(subnet, strategy, gateway, nats))
        ids[subnet.type].append(identity)
        wanted = strategy == "OnePerAz" or (strategy == "Single" and not nats)
        if subnet.type == "Public" and wanted:
            nats.setdefault(subnet.zone, _nat(network, subnet, identity))
    one = {"vpc": "Vpc", "internetGateway": "InternetGateway"}
    many = {
        "subnets": "Subnet",
        "routeTables": "RouteTable",
        "routeTableAssociations": "RouteTableAssociation",
        "routes": "Route",
        "natGateways": "NatGateway",
        "eips": "Eip",
    }
    return Created(
        id="",
        outputs={
            "vpcId": vpc,
            "publicSubnetIds": ids["Public"],
            "privateSubnetIds": ids["Private"],
            "isolatedSubnetIds": ids["Isolated"],
            "vpcEndpoints": [],
            **{
                key: network.references(kind)[0]
                for key, kind in one.items()
                if kind in network.made
            },
            **{key: network.references(kind) for key, kind in many.items()},
        },
    )


def _zones(region: Region, inputs: Inputs) -> list[str]:
    count = inputs.take("numberOfAvailabilityZones", _DEFAULT_ZONES)
    answer = region.client("ec2").describe_availability_zones()["AvailabilityZones"]
    zones = [zone["ZoneName"] for zone in answer]
    if named := inputs.take("availabilityZoneNames"):
        return [str(zone) for zone in named]
    if count > len(zones):
        raise inputs.refusal(
            f"numberOfAvailabilityZones is {count}, and {region.name} has {len(zones)}; write at "
            f"most {len(zones)}."
        )
    return zones[:count]


def _layout(inputs: Inputs, zones: list[str], block: ipaddress.IPv4Network) -> Iterator[_Subnet]:
    # One equal block a zone, its subnets one after another.
    bits = math.ceil(math.log2(len(zones)))
    prefix = inputs.take("availabilityZoneCidrMask", block.prefixlen + bits)
    specs = inputs.take("subnetSpecs", _LAYOUT)
    for number, (zone, part) in enumerate(
        zip(zones, block.subnets(new_prefix=prefix), strict=False), start=1
    ):
        address = int(part.network_address)
        for spec in specs:
            kind = spec["type"]
            if kind not in _SHARE or spec.keys() - {"type", "name", "cidrMask", "tags"}:
                raise inputs.refusal(
                    f"subnetSpecs has {spec!r}; the emulated account knows type (Public, Private, "
                    "Isolated), name and cidrMask."
                )
            mask = spec.get("cidrMask") or prefix + _SHARE[kind]
            size = 2 ** (block.max_prefixlen - mask)
            # A subnet begins at a multiple of its own size.
            address = -(-address // size) * size
            name = f"{inputs.logical_name}-{spec.get('name') or kind.lower()}-{number}"
            cidr = f"{ipaddress.ip_address(address)}/{mask}"
            yield _Subnet(type=kind, name=name, zone=zone, cidr=cidr)
            address += size


def _nat_strategy(inputs: Inputs) -> str:
    gateways = inputs.take("natGateways", {})
    if gateways.get("elasticIpAllocationIds"):
        raise inputs.refusal(
            "natGateways.elasticIpAllocationIds is given; the emulated account makes the addresses "
            "of NAT gateways itself; leave it out."
        )
    return str(gateways.get("strategy", "OnePerAz"))


def _target(
    subnet: _Subnet, strategy: str, gateway: str, nats: dict[str, str]
) -> dict[str, str] | None:
    if subnet.type == "Public":
        return {"gatewayId": gateway}
    if subnet.type == "Private" and nats and strategy != "None":
        return {"natGatewayId": nats.get(subnet.zone) or next(iter(nats.values()))}
    return None


def _subnet(network: _Network, vpc: str, subnet: _Subnet, target: dict[str, str] | None) -> str:
    name = subnet.name
    identity = network.make(
        ec2.create_subnet,
        "Subnet",
        name,
        vpcId=vpc,
        cidrBlock=subnet.cidr,
        availabilityZone=subnet.zone,
        mapPublicIpOnLaunch=subnet.type == "Public",
    )
    table = network.make(ec2.create_route_table, "RouteTable", name, vpcId=vpc)
    network.make(
        ec2.create_route_table_association,
        "RouteTableAssociation",
        name,
        routeTableId=table,
        subnetId=identity,
    )
    if target is not None:
        network.make(
            ec2.create_route,
            "Route",
            name,
            routeTableId=table,
            destinationCidrBlock="0.0.0.0/0",
            **target,
        )
    return identity


def _nat(network: _Network, subnet: _Subnet, identity: str) -> str:
    address = network.make(ec2.create_elastic_ip, "Eip", subnet.name, domain="vpc")
    return network.make(
        ec2.create_nat_gateway,
        "NatGateway",
        subnet.name,
        allocationId=address,
        subnetId=identity,
    )
