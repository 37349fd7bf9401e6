"""Who may call whom: the firewall's edges, derived from what the processes need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.catalogue import BROKER_PORT, DATABASE_PORT, WEB, WEB_PORT
from airflow_ecs.process import Need

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.process import Process

BALANCER = "balancer"
DATABASE = "database"
BROKER = "broker"


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


def edges(processes: Sequence[Process], tunnel_port: int | None = None) -> tuple[Edge, ...]:
    """Every call between the parts, each once, in a stable order.

    `tunnel_port` lets the web task call the balancer, for a session forwarded through it.
    """
    found = {edge for process in processes for edge in _calls(process, processes)}
    found |= {
        Edge(source=BALANCER, target=process.name, port=process.port)
        for process in processes
        if process.route is not None and process.port is not None
    }
    if tunnel_port is not None:
        found.add(Edge(source=WEB.name, target=BALANCER, port=tunnel_port))
    return tuple(sorted(found))


def _calls(process: Process, others: Sequence[Process]) -> set[Edge]:
    calls: set[tuple[str, int]] = set()
    if Need.DATABASE in process.needs:
        calls.add((DATABASE, DATABASE_PORT))
    if process.needs & {Need.BROKER, Need.RESULT_BACKEND}:
        calls.add((BROKER, BROKER_PORT))
    if Need.EXECUTION_API in process.needs:
        calls.add((WEB.name, WEB_PORT))
    if Need.LIVE_LOGS in process.needs:
        calls |= {(other.name, other.log_port) for other in others if other.log_port is not None}
    return {Edge(source=process.name, target=target, port=port) for target, port in calls}
