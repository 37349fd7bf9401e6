"""What people are told of a deployment: addresses, and the commands that lead there."""

from __future__ import annotations

import pulumi

from airflow_ecs import addresses, catalogue, commands
from airflow_ecs.components.account import Account
from airflow_ecs.components.ingress import LoadBalancerIngress
from airflow_ecs.injection import user_password
from airflow_ecs.process import Process
from airflow_ecs.spec import ClusterSpec


def url(spec: ClusterSpec, process: Process) -> pulumi.Output[str]:
    """The address of a page; empty for one that is off, or has no name."""
    off = spec.is_standalone or (process == catalogue.FLOWER and not spec.flower)
    return pulumi.Output.from_input("" if off else addresses.url(spec, process))


def open_command(
    spec: ClusterSpec, account: Account, ingress: LoadBalancerIngress | None
) -> pulumi.Output[str]:
    """The way to an internal page; empty where it isn't open to sessions, or has a domain."""
    if ingress is None or addresses.tunnel_port(spec) is None or catalogue.WEB.route is None:
        return pulumi.Output.from_input("")
    host = catalogue.WEB.route.host
    return pulumi.Output.all(account.region, ingress.dns_name).apply(
        lambda known: commands.open_page(
            region=known[0],
            cluster=spec.naming.prefix,
            service=spec.naming.family(catalogue.WEB.name),
            balancer=known[1],
            host=host,
        )
    )


def find_url_command(spec: ClusterSpec, account: Account) -> pulumi.Output[str]:
    """The way to a page whose address is its task's own; empty for one with a name."""
    if not spec.is_standalone:
        return pulumi.Output.from_input("")
    return account.region.apply(
        lambda region: commands.find_page(
            region=region,
            cluster=spec.naming.prefix,
            service=spec.naming.family(catalogue.STANDALONE.name),
            port=catalogue.WEB_PORT,
        )
    )


def password_command(spec: ClusterSpec, account: Account) -> pulumi.Output[str]:
    """The way to the first user's password."""
    parameter = spec.naming.parameter(user_password(spec.users[0].username))
    return account.region.apply(
        lambda region: commands.print_parameter(region=region, parameter=parameter)
    )
