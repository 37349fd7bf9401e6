"""A container's own health check, on its own schedule."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from airflow_ecs.rehearsal.agent.definition import HealthCheck

# Seconds between two checks until the first passes: Docker has such an interval for the start
# period, and ECS has no setting for it. Whoever waits for a start would wait for the schedule.
_START_INTERVAL = 2.0


class Health:
    """Counts passed and failed checks as ECS does.

    In the start period a failure does not count; the first check that passes ends it.
    """

    def __init__(self, check: HealthCheck) -> None:
        self.status = "UNKNOWN"
        self._check = check
        self._failures = 0

    def count(self, passed: bool, age: float) -> str:
        """The status after one more check, that many seconds after the start."""
        if passed:
            self.status, self._failures = "HEALTHY", 0
        elif self.status != "UNKNOWN" or age > self._check.start_period:
            self._failures += 1
            if self._failures >= self._check.retries:
                self.status = "UNHEALTHY"
        return self.status

    def pause(self, age: float) -> float:
        """The seconds until the next check."""
        if self.status == "UNKNOWN" and age < self._check.start_period:
            return min(_START_INTERVAL, self._check.interval)
        return self._check.interval


def watch(
    check: HealthCheck,
    command: list[str],
    environment: Mapping[str, str],
    folder: Path,
    *,
    stopped: threading.Event,
    tell: Callable[[str, str], None],
) -> None:
    """Check until stopped; tell each new status, with what the check has said."""
    health, begun, told = Health(check), time.monotonic(), "UNKNOWN"
    while not stopped.wait(health.pause(time.monotonic() - begun)):
        passed, said = run(command, environment, folder, check.timeout)
        status = health.count(passed, time.monotonic() - begun)
        if status != told and not stopped.is_set():
            told = status
            tell(status, said)


def words(check: HealthCheck) -> list[str]:
    """The check as a command of this machine."""
    kind, *rest = check.command
    if kind == "CMD-SHELL":
        return ["/bin/sh", "-c", " ".join(rest)]
    return rest if kind == "CMD" else ["/bin/sh", "-c", " ".join(check.command)]


def run(
    command: list[str], environment: Mapping[str, str], folder: Path, timeout: float
) -> tuple[bool, str]:
    """Run a check once: whether it passed, and what it said."""
    try:
        process = subprocess.Popen(  # noqa: S603
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        return False, str(error)
    with process:
        try:
            said, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return False, f"no answer within {timeout:g} seconds"
    return process.returncode == 0, said.decode(errors="replace").strip()
