"""The way to the web pages: zone, certificate and balancer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from airflow_ecs import addresses, edges
from airflow_ecs.components.certificate import Certificate, CertificateArgs
from airflow_ecs.components.firewall import Firewall
from airflow_ecs.components.ingress import IngressArgs, LoadBalancerIngress, Page
from airflow_ecs.components.network import Network
from airflow_ecs.components.zone import HostedZone, ZoneArgs
from airflow_ecs.process import Process
from airflow_ecs.spec import ClusterSpec


def web_ingress(
    name: str,
    spec: ClusterSpec,
    processes: Sequence[Process],
    network: Network,
    firewall: Firewall,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> LoadBalancerIngress | None:
    """A balancer for every process with a page, under names of the right zone; none for none."""
    pages = _pages(spec, processes)
    if not pages:
        return None
    zone = HostedZone(
        name,
        ZoneArgs(
            existing=spec.ingress.zone,
            private=spec.ingress.private_zone,
            own=spec.naming.private_zone,
            vpc_id=network.vpc_id,
            tags=tags,
        ),
        opts,
    )
    certificate_arn = spec.ingress.certificate_arn
    if spec.ingress.domain is not None and certificate_arn is None:
        certificate_arn = Certificate(
            name,
            CertificateArgs(
                hosts=[page.hosts[0] for page in pages], zone_id=zone.zone_id, tags=tags
            ),
            opts,
        ).arn
    public = spec.ingress.internet_facing
    return LoadBalancerIngress(
        name,
        IngressArgs(
            pages=pages,
            vpc_id=network.vpc_id,
            subnet_ids=network.public_subnet_ids if public else network.private_subnet_ids,
            security_group_id=firewall.group_ids[edges.BALANCER],
            zone_id=zone.zone_id,
            certificate_arn=certificate_arn,
            internet_facing=public,
            protect=spec.protect_data,
            tags=tags,
        ),
        opts,
    )


def _pages(spec: ClusterSpec, processes: Sequence[Process]) -> list[Page]:
    return [
        Page(
            service=process.name,
            hosts=addresses.hosts(spec, process),
            port=process.port,
            health_path=process.route.health_path,
        )
        for process in processes
        if process.route is not None and process.port is not None
    ]
