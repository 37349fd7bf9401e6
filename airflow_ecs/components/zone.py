"""The hosted zone of the web page: the user's, or a private one in the VPC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneArgs:
    """A zone to find by its name, or to make as `own` in the VPC."""

    existing: str | None
    private: bool
    own: str
    vpc_id: pulumi.Input[str]
    tags: Mapping[str, pulumi.Input[str]]


class HostedZone(pulumi.ComponentResource):
    """Where the records of the web page go."""

    zone_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: ZoneArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:HostedZone", name, None, opts)
        if args.existing is not None:
            self.zone_id = aws.route53.get_zone_output(
                name=args.existing,
                private_zone=args.private,
                opts=pulumi.InvokeOptions(parent=self),
            ).zone_id
        else:
            zone = aws.route53.Zone(
                name,
                name=args.own,
                comment="Airflow's web page",
                vpcs=[{"vpc_id": args.vpc_id}],
                force_destroy=True,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.zone_id = zone.zone_id
        self.register_outputs({"zone_id": self.zone_id})
