"""Where the deployment lives: the user's VPC, or one made for it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import Given, SpecError, cidr, is_known

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

NAT_CHOICES = ("one", "per-zone", "none")

_NEW_VPC_KEYS = ("cidr", "zones", "nat")
_OWN_VPC_KEYS = ("vpc_id", "private_subnet_ids", "public_subnet_ids")


@dataclass(frozen=True, kw_only=True)
class NewVpc:
    """A VPC to make: its range, how many zones, and how its tasks reach the internet.

    A `public` one has public subnets only, where tasks have addresses of their own.
    """

    cidr: str = "10.0.0.0/16"
    zones: int = 2
    nat: str = "one"
    public: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnVpc:
    """The user's VPC and the subnets to use in it; tasks are in the public ones if `public`."""

    vpc_id: Given
    private_subnet_ids: Given | None
    public_subnet_ids: Given | None = None
    public: bool = False


def read_network(reader: Reader, *, public: bool) -> NewVpc | OwnVpc:
    """The user's VPC where one is named, otherwise a new one."""
    own = reader.has(*_OWN_VPC_KEYS)
    network = _own(reader, public=public) if own else _new(reader, public=public)
    reader.finish()
    return network


def _own(reader: Reader, *, public: bool) -> OwnVpc:
    for key in _NEW_VPC_KEYS:
        if reader.has(key):
            raise SpecError(
                f"{reader.path(key)} describes a VPC to make, and {reader.path('vpc_id')} names "
                f"one that exists; write one of the two."
            )
        reader.given(key)
    vpc_id = reader.late_text("vpc_id", hint="the id of the VPC, such as vpc-0a1b2c3d")
    if vpc_id is None:
        raise SpecError(
            f"{reader.path('vpc_id')} is missing, and subnets are given; "
            "write the id of the VPC that they are in."
        )
    private = reader.late_items("private_subnet_ids")
    open_ones = reader.late_items("public_subnet_ids")
    if public and open_ones is None:
        raise SpecError(
            f"{reader.path('public_subnet_ids')} is missing, and executor standalone runs where "
            "its page is reached without a balancer; write the ids of public subnets."
        )
    if private is None and not public:
        raise SpecError(
            f"{reader.path('private_subnet_ids')} is missing, and a VPC of yours is given; "
            "write the ids of at least two private subnets in different zones."
        )
    if private is not None and is_known(private) and len(private) < 2:
        raise SpecError(
            f"{reader.path('private_subnet_ids')} holds one subnet, and a load balancer and a "
            "database need two zones; write the ids of at least two private subnets."
        )
    return OwnVpc(
        vpc_id=vpc_id,
        private_subnet_ids=private,
        public_subnet_ids=open_ones,
        public=public,
    )


def _new(reader: Reader, *, public: bool) -> NewVpc:
    for key in _OWN_VPC_KEYS:
        reader.given(key)
    if public and reader.has("nat"):
        raise SpecError(
            f"{reader.path('nat')} has no meaning for executor standalone, whose one task has a "
            "public address; leave it out."
        )
    vpc_range = cidr(reader.text("cidr", NewVpc.cidr), reader.path("cidr"))
    # Amazon VPC takes /16 to /28; a zone's two subnets still need room in it.
    if not 16 <= ipaddress.IPv4Network(vpc_range).prefixlen <= 24:
        raise SpecError(
            f"{reader.path('cidr')} is {vpc_range}, which is not of a size that can be divided; "
            "write a range from /16 to /24."
        )
    return NewVpc(
        cidr=vpc_range,
        zones=reader.integer("zones", NewVpc.zones, at_least=2, at_most=4),
        nat=reader.choice("nat", NAT_CHOICES, "none" if public else NewVpc.nat),
        public=public,
    )


def task_subnet_count(network: NewVpc | OwnVpc) -> int:
    """How many subnets tasks run in; 0 where that is known later than now."""
    if isinstance(network, NewVpc):
        return network.zones
    ids = network.public_subnet_ids if network.public else network.private_subnet_ids
    return len(ids) if is_known(ids) and ids is not None else 0
