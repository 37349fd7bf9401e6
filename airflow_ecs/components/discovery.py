"""Cloud Map: the names under which services find each other inside the VPC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

# Seconds that a caller may keep an address: as long as a task that went may be called.
_TTL = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscoveryArgs:
    """The namespace's name, and the hosts in it."""

    vpc_id: pulumi.Input[str]
    namespace: str
    hosts: Sequence[str]
    tags: Mapping[str, pulumi.Input[str]]


class ServiceDiscovery(pulumi.ComponentResource):
    """A private DNS namespace with a name for each service that others call."""

    registry_arns: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: DiscoveryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:ServiceDiscovery", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        namespace = aws.servicediscovery.PrivateDnsNamespace(
            name,
            name=args.namespace,
            description="Airflow's services",
            vpc=args.vpc_id,
            tags=args.tags,
            opts=child,
        )
        self.registry_arns = {}
        for host in args.hosts:
            registry = aws.servicediscovery.Service(
                f"{name}-{host}",
                name=host,
                dns_config={
                    "namespace_id": namespace.id,
                    "routing_policy": "MULTIVALUE",
                    "dns_records": [{"type": "A", "ttl": _TTL}],
                },
                # Instances that ECS registered late must not keep the name from going.
                force_destroy=True,
                tags=args.tags,
                opts=child,
            )
            self.registry_arns[host] = registry.arn
        self.register_outputs({})
