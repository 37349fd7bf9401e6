"""What AWS refuses or what would not work there, though the emulated account takes it.

Each rule is a pure function of a deployment; it says nothing about what isn't known yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.rules import (
    aurora,
    balancers,
    buckets,
    builds,
    caches,
    databases,
    executors,
    exposure,
    fargate,
    file_systems,
    logs,
    names,
    permissions,
    reachability,
    routes,
    secrets,
    services,
)
from airflow_ecs.rehearsal.rules.deployment import Deployment

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.rules.deployment import Recorded

_RULES = (
    names.check,
    fargate.check,
    file_systems.check,
    services.check,
    balancers.check,
    databases.check,
    aurora.check,
    caches.check,
    logs.check,
    secrets.check,
    permissions.check,
    executors.check,
    buckets.check,
    builds.check,
    routes.check,
    exposure.check,
    reachability.check,
)


def violations(recording: Recorded) -> list[str]:
    """A sentence for each mistake: the resource, what was given, what would fail, what to write."""
    deployment = Deployment(recording)
    return [sentence for check in _RULES for sentence in check(deployment)]
