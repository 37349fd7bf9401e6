"""Where the web pages of a deployment are found on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.gateway.origins import Origins

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.recording import Recording

_RULE = "aws:lb/listenerRule:ListenerRule"


def pages(recording: Recording, port: int) -> dict[str, str]:
    """The address here of each host that a listener's rule serves."""
    hosts = [
        host
        for rule in recording.of(_RULE)
        for condition in rule.inputs.get("conditions", [])
        for host in condition.get("hostHeader", {}).get("values", [])
    ]
    origins = Origins(hosts, port)
    return {host: here for host in hosts if (here := origins.url(host)) is not None}
