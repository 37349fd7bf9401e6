"""How large a service is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.compose.errors import ComposeError
from airflow_ecs.remote.compose.refused import WHY
from airflow_ecs.remote.compose.units import fargate_size, whole

if TYPE_CHECKING:
    from collections.abc import Mapping


def size(described: Mapping[str, Any], place: str) -> tuple[int, int]:
    """CPU units and MiB for the limits of a service, also where it writes them the old way."""
    deploy = _object(described.get("deploy"), f"{place}.deploy", ("replicas", "resources"))
    if "replicas" in deploy and whole(f"{place}.deploy.replicas", deploy["replicas"]) != 1:
        raise ComposeError(
            f"{place}.deploy.replicas",
            f"is {deploy['replicas']!r}, and a task is one; leave it out, and make more tasks in "
            "the DAG.",
        )
    where = f"{place}.deploy.resources"
    # What is reserved is no more than the limits, which Fargate gives in full.
    resources = _object(deploy.get("resources"), where, ("limits", "reservations"))
    kept = _object(
        resources.get("reservations"), f"{where}.reservations", ("cpus", "memory", "devices")
    )
    if kept.get("devices"):
        raise ComposeError(f"{where}.reservations.devices", f"are set, {WHY['gpus']}.")
    limits = _object(resources.get("limits"), f"{where}.limits", ("cpus", "memory", "pids"))
    return fargate_size(
        f"{where}.limits",
        limits.get("cpus", described.get("cpus", kept.get("cpus"))),
        limits.get("memory", described.get("mem_limit", kept.get("memory"))),
    )


def _object(given: Any, place: str, keys: tuple[str, ...]) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ComposeError(place, f"is {given!r}; write an object with keys and values.")
    for key in given:
        if key not in keys:
            raise ComposeError(
                f"{place}.{key}", f"is nothing that a remote task has; write {' or '.join(keys)}."
            )
    return given
