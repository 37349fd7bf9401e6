"""Hosts and URLs: what people open, what services call, and what Airflow believes it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.catalogue import WEB, WEB_PORT

if TYPE_CHECKING:
    from airflow_ecs.process import Process
    from airflow_ecs.spec import ClusterSpec
    from airflow_ecs.spec.reading import Given

HTTP, HTTPS = 80, 443


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """Where the parts of the deployment are. `base_url` is what Airflow believes it is."""

    execution_api: str
    base_url: str
    https: bool
    task_logs: Given
    broker_tls: bool


def addresses(spec: ClusterSpec, task_logs: Given) -> Addresses:
    """The addresses that Airflow's settings are made of."""
    https = spec.ingress.domain is not None
    web = "localhost" if spec.is_standalone else spec.naming.address(WEB.discovery or "")
    return Addresses(
        execution_api=f"http://{web}:{WEB_PORT}/execution/",
        # Without a domain the page is also opened through a forwarded port, under another
        # name: only a relative address is right under both.
        base_url=url(spec, WEB) if https else "/",
        https=https,
        task_logs=task_logs,
        broker_tls=spec.broker is not None and spec.broker.tls,
    )


def entry_ports(spec: ClusterSpec) -> tuple[int, ...]:
    """The ports on which people are answered: the balancer's, or those of the one task."""
    if spec.is_standalone:
        return (WEB_PORT,)
    return (HTTP,) if spec.ingress.domain is None else (HTTP, HTTPS)


def tunnel_port(spec: ClusterSpec) -> int | None:
    """The balancer's port that the web task may call, so that a session can be forwarded."""
    balanced = not spec.is_standalone
    return HTTP if balanced and spec.enable_exec and spec.ingress.domain is None else None


def hosts(spec: ClusterSpec, process: Process) -> tuple[str, ...]:
    """The host names of a page, the one with a DNS record first."""
    if process.route is None:
        return ()
    label, domain = process.route.host, spec.ingress.domain
    if domain is None:
        # The second is what a browser asks for through a forwarded port.
        return f"{label}.{spec.naming.private_zone}", f"{label}.localhost"
    return (domain,) if process == WEB else (f"{label}.{domain}",)


def url(spec: ClusterSpec, process: Process) -> str:
    """What people open to see a page."""
    scheme = "http" if spec.ingress.domain is None else "https"
    return f"{scheme}://{hosts(spec, process)[0]}"
