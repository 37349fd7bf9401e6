"""A service as an ECS container definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow_ecs.process import HealthCheck, Process
    from airflow_ecs.spec.reading import Given

# The most that Fargate gives a container between SIGTERM and SIGKILL, in seconds.
STOP_TIMEOUT = 120

LOG_PREFIX = "ecs"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mount:
    """A file system of EFS, where containers have it, and through which access point."""

    name: str
    folder: str
    file_system_id: Given
    access_point_id: Given
    read_only: bool = True


def container(
    process: Process,
    *,
    image: Given,
    environment: Mapping[str, Given],
    secrets: Mapping[str, Given],
    log_group: Given,
    region: Given,
    mounts: Sequence[Mount] = (),
) -> dict[str, Any]:
    """The one container of a task, in an order that does not change from run to run.

    `secrets` maps variables to the ARNs of the parameters that hold their values.
    """
    definition: dict[str, Any] = {
        "name": process.name,
        "image": image,
        "essential": True,
        "command": list(process.command),
        "environment": _pairs(environment, "value"),
        "secrets": _pairs(secrets, "valueFrom"),
        "portMappings": [
            {"containerPort": port, "hostPort": port, "protocol": "tcp"} for port in process.ports
        ],
        "stopTimeout": STOP_TIMEOUT,
        # Reaps what a task's own processes leave behind, and hands signals on.
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": _log(log_group, region, LOG_PREFIX),
        "mountPoints": [
            {
                "sourceVolume": mount.name,
                "containerPath": mount.folder,
                "readOnly": mount.read_only,
            }
            for mount in mounts
        ],
        "volumesFrom": [],
        "systemControls": [],
    }
    if process.user is not None:
        definition["user"] = process.user
    if process.health_check is not None:
        definition["healthCheck"] = _health_check(process.health_check)
    return definition


def bare_container(
    name: str, *, image: Given, log_group: Given, region: Given, log_prefix: str
) -> dict[str, Any]:
    """The one container of a task that runs what its image says."""
    return {
        "name": name,
        "image": image,
        "essential": True,
        "environment": [],
        "portMappings": [],
        "logConfiguration": _log(log_group, region, log_prefix),
        "mountPoints": [],
        "volumesFrom": [],
        "systemControls": [],
    }


def _log(group: Given, region: Given, prefix: str) -> dict[str, Any]:
    return {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": group,
            "awslogs-region": region,
            "awslogs-stream-prefix": prefix,
            # A container must not stand still because CloudWatch does.
            "mode": "non-blocking",
            "max-buffer-size": "25m",
        },
    }


def _health_check(check: HealthCheck) -> dict[str, Any]:
    return {
        "command": list(check.command),
        "interval": check.interval,
        "timeout": check.timeout,
        "retries": check.retries,
        "startPeriod": check.start_period,
    }


def _pairs(values: Mapping[str, Given], key: str) -> list[dict[str, Given]]:
    return [{"name": name, key: values[name]} for name in sorted(values)]
