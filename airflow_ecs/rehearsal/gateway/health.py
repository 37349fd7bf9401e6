"""The health of one target: its checks, and what their results mean."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Seconds between the checks of a target that never answered. The nodes of a real load balancer
# check each for itself, and so more often than the interval says.
_EAGER = 1.0

INITIAL = "initial"
HEALTHY = "healthy"
UNHEALTHY = "unhealthy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """How a target group checks its targets; times in seconds."""

    path: str
    port: str
    matcher: str
    interval: float
    timeout: float
    healthy_threshold: int
    unhealthy_threshold: int

    @classmethod
    def of(cls, group: Mapping[str, Any]) -> Check:
        """The check of a group as `describe_target_groups` gives it."""
        return cls(
            path=group.get("HealthCheckPath") or "/",
            port=str(group.get("HealthCheckPort") or "traffic-port"),
            matcher=group.get("Matcher", {}).get("HttpCode") or "200",
            interval=float(group["HealthCheckIntervalSeconds"]),
            timeout=float(group["HealthCheckTimeoutSeconds"]),
            healthy_threshold=int(group["HealthyThresholdCount"]),
            unhealthy_threshold=int(group["UnhealthyThresholdCount"]),
        )

    def failure(self, address: str, port: int) -> tuple[str, str] | None:
        """Ask once: nothing when it is well, or AWS's reason and description."""
        number = port if self.port == "traffic-port" else int(self.port)
        connection = HTTPConnection(address, number, timeout=self.timeout)
        try:
            connection.request("GET", self.path, headers={"User-Agent": "ELB-HealthChecker/2.0"})
            status = connection.getresponse().status
        except TimeoutError:
            return "Target.Timeout", "Request timed out"
        except (OSError, HTTPException):
            return "Target.FailedHealthChecks", "Health checks failed"
        finally:
            connection.close()
        if accepts(self.matcher, status):
            return None
        text = f"Health checks failed with these codes: [{status}]"
        return "Target.ResponseCodeMismatch", text


def accepts(matcher: str, status: int) -> bool:
    """Whether a matcher, such as `200`, `200,302` or `200-299`, has a status in it."""
    for part in matcher.split(","):
        first, _, last = part.strip().partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False


class Health:
    """What results in a row make of a target's state."""

    def __init__(self, check: Check) -> None:
        self.state = INITIAL
        self._check = check
        self._in_a_row = 0

    def take(self, *, well: bool) -> bool:
        """Take one result; whether it changed the state."""
        if well == (self.state == HEALTHY) and self.state != INITIAL:
            self._in_a_row = 0
            return False
        self._in_a_row += 1
        # A new target is let in by its first success.
        needed = self._check.healthy_threshold if self.state == UNHEALTHY else 1
        if self._in_a_row < (needed if well else self._check.unhealthy_threshold):
            return False
        self.state, self._in_a_row = (HEALTHY if well else UNHEALTHY), 0
        return True


class Watch:
    """Checks one target in a thread, and tells `changed(state, reason, description)`."""

    def __init__(
        self, address: str, port: int, check: Check, changed: Callable[[str, str, str], None]
    ) -> None:
        self.address = address
        self.port = port
        self.health = Health(check)
        self._check = check
        self._changed = changed
        self._ended = threading.Event()
        name = f"health of {address}:{port}"
        self._thread = threading.Thread(target=self._watch, name=name, daemon=True)

    def start(self) -> None:
        """Check from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Check no more."""
        self._ended.set()

    def _watch(self) -> None:
        counted, pause = time.monotonic(), 0.0
        while not self._ended.wait(pause):
            failure = self._check.failure(self.address, self.port)
            now = time.monotonic()
            eager = self.health.state == INITIAL
            # The eager checks are for a first success; failures count once an interval.
            if failure is None or not eager or now - counted >= self._check.interval:
                counted = now
                if self.health.take(well=failure is None) and not self._ended.is_set():
                    self._changed(self.health.state, *(failure or ("", "")))
            pause = _EAGER if self.health.state == INITIAL else self._check.interval
