"""The health check of a remote task's container."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote import checks

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthCheck:
    """How ECS asks the container whether it is well; times are in seconds.

    A command of one string goes to the container's shell.
    """

    command: str | Sequence[str]
    start_period: int = 0
    interval: int = 30
    timeout: int = 5
    retries: int = 3

    def __post_init__(self) -> None:
        checks.health_command(self.command)
        checks.within("healthcheck_waittime", self.start_period, 0, 300)
        checks.within("healthcheck_interval", self.interval, 5, 300)
        checks.within("healthcheck_timeout", self.timeout, 2, 60)
        checks.within("healthcheck_retries", self.retries, 1, 10)

    def to_request(self) -> dict[str, Any]:
        """As a container definition holds it."""
        shell = isinstance(self.command, str)
        return {
            "command": ["CMD-SHELL", self.command] if shell else ["CMD", *self.command],
            "startPeriod": self.start_period,
            "interval": self.interval,
            "timeout": self.timeout,
            "retries": self.retries,
        }
