"""Where it lives, and how people reach it."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi


class NetworkArgs(TypedDict):
    """Where the deployment lives: a VPC of yours, or one made for it."""

    vpc_id: NotRequired[pulumi.Input[str]]
    """The VPC to use; a new one is made when absent."""
    private_subnet_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Private subnets of that VPC, one in each of its zones, which are two at least."""
    public_subnet_ids: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Public subnets of that VPC, for a balancer that faces the internet, or for standalone."""
    cidr: NotRequired[str]
    """The range of a new VPC, from /16 to /24. Default 10.0.0.0/16."""
    zones: NotRequired[int]
    """How many availability zones a new VPC spans, 2 to 4. Default 2."""
    nat: NotRequired[str]
    """How tasks in a new VPC reach the internet: one gateway, per-zone, or none. Default one."""


class IngressArgs(TypedDict):
    """How people reach the web page."""

    domain: NotRequired[str]
    """The host name of the web page. Without one: plain HTTP in a private hosted zone."""
    zone: NotRequired[str]
    """The Route 53 hosted zone of the domain, by its name; needed with a domain."""
    private_zone: NotRequired[bool]
    """Whether that zone is a private one; needs certificate_arn then. Default false."""
    certificate_arn: NotRequired[pulumi.Input[str]]
    """An ACM certificate for the domain; one is made and validated in the zone when absent."""
    internet_facing: NotRequired[bool]
    """Whether the balancer has public addresses; needs a domain and allowed_cidrs."""
    allowed_cidrs: NotRequired[Sequence[str]]
    """IPv4 ranges that may open the web page."""
    allowed_security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups that may open the web page, such as that of a VPN."""
