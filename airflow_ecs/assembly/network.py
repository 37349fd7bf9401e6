"""The network and who may call whom in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from airflow_ecs import addresses, edges
from airflow_ecs.components.firewall import Firewall, FirewallArgs
from airflow_ecs.components.network import Network, NetworkArgs
from airflow_ecs.process import Process
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.dags import EfsDags
from airflow_ecs.spec.rds import Aurora, Rds


def network_of(
    name: str,
    spec: ClusterSpec,
    region: pulumi.Output[str],
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> Network:
    """The VPC.

    A load balancer or a database on RDS needs subnets in two zones of it, and a load balancer
    or a file system takes one of each.
    """
    balanced = not spec.is_standalone
    return Network(
        name,
        NetworkArgs(
            spec=spec.network,
            zones=2 if balanced or isinstance(spec.database, Rds | Aurora) else 1,
            apart=balanced or isinstance(spec.dags, EfsDags),
            apis=("secretsmanager",) if spec.rotates else (),
            region=region,
            tags=tags,
        ),
        opts,
    )


def firewall_of(
    name: str,
    spec: ClusterSpec,
    processes: Sequence[Process],
    network: Network,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> Firewall:
    """A security group for each part, and the calls that the processes need."""
    return Firewall(
        name,
        FirewallArgs(
            vpc_id=network.vpc_id,
            parts=edges.parts(spec, processes),
            outside=edges.outside(spec),
            tasks=[process.name for process in processes],
            edges=edges.edges(spec, processes),
            entrance=edges.entrance(spec),
            entry_ports=addresses.entry_ports(spec),
            allowed_cidrs=spec.ingress.allowed_cidrs,
            allowed_security_group_ids=spec.ingress.allowed_security_group_ids,
            tags=tags,
        ),
        opts,
    )
