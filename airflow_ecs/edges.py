"""Who may call whom: the firewall's groups and edges, derived from what the processes need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs import addresses
from airflow_ecs.catalogue import STANDALONE, WEB, WEB_PORT
from airflow_ecs.dag_bundles import FILE_SYSTEM_PORT
from airflow_ecs.process import Need
from airflow_ecs.spec.broker import OwnBroker
from airflow_ecs.spec.dags import HTTPS_PORT, EfsDags, GitDags
from airflow_ecs.spec.database import OwnDatabase, Sqlite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.process import Process
    from airflow_ecs.spec import ClusterSpec
    from airflow_ecs.spec.reading import Given

BALANCER = "balancer"
DATABASE = "database"
BROKER = "broker"
FILE_SYSTEM = "file-system"
GIT_HOST = "git-host"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Edge:
    """One allowed call: from a part's security group to a port of another's."""

    source: str
    target: str
    port: int

    @property
    def label(self) -> str:
        """A name that is unique among the edges."""
        return f"{self.source}-{self.target}-{self.port}"


def entrance(spec: ClusterSpec) -> str:
    """The part that people call."""
    return STANDALONE.name if spec.is_standalone else BALANCER


def outside(spec: ClusterSpec) -> dict[str, Given | None]:
    """The parts that are the user's, each with its security group, or None for any address."""
    parts = {DATABASE: spec.database, BROKER: spec.broker}
    found: dict[str, Given | None] = {
        name: part.security_group_id
        for name, part in parts.items()
        if isinstance(part, OwnDatabase | OwnBroker)
    }
    return found | {GIT_HOST: None}


def parts(spec: ClusterSpec, processes: Sequence[Process]) -> list[str]:
    """Every part with a security group of its own, each once."""
    called = [edge.target for edge in edges(spec, processes) if edge.target not in outside(spec)]
    names = [entrance(spec), *called, *(process.name for process in processes)]
    return list(dict.fromkeys(names))


def edges(spec: ClusterSpec, processes: Sequence[Process]) -> tuple[Edge, ...]:
    """Every call between the parts, each once, in a stable order."""
    found = {edge for process in processes for edge in _calls(spec, process, processes)}
    found |= {
        Edge(source=BALANCER, target=process.name, port=process.port)
        for process in processes
        if process.route is not None and process.port is not None
    }
    tunnel_port = addresses.tunnel_port(spec)
    if tunnel_port is not None:
        # For a session that is forwarded through the web task.
        found.add(Edge(source=WEB.name, target=BALANCER, port=tunnel_port))
    return tuple(sorted(found))


def _calls(spec: ClusterSpec, process: Process, others: Sequence[Process]) -> set[Edge]:
    calls: set[tuple[str, int]] = set()
    if not isinstance(spec.database, Sqlite) and Need.DATABASE in process.needs:
        calls.add((DATABASE, spec.database.port))
    if spec.broker is not None and process.needs & {Need.BROKER, Need.RESULT_BACKEND}:
        calls.add((BROKER, spec.broker.port))
    if Need.EXECUTION_API in process.needs:
        calls |= {(other.name, WEB_PORT) for other in others if other.name == WEB.name}
    if Need.LIVE_LOGS in process.needs:
        calls |= {(other.name, other.log_port) for other in others if other.log_port is not None}
    if process.needs & {Need.DAGS, Need.RELEASE_DAGS} and isinstance(spec.dags, EfsDags):
        calls.add((FILE_SYSTEM, FILE_SYSTEM_PORT))
    # HTTPS is open to all tasks already.
    if (
        Need.DAGS in process.needs
        and isinstance(spec.dags, GitDags)
        and spec.dags.port != HTTPS_PORT
    ):
        calls.add((GIT_HOST, spec.dags.port))
    return {Edge(source=process.name, target=target, port=port) for target, port in calls}
