"""Shows the services and how they are, while they start and once they have."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.rehearsal.services import Service


class ServiceProgress:
    """Tells of each service that has become well, with the seconds that it took."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun = time.monotonic()
        self._well: set[str] = set()
        self._ended: dict[str, int] = {}

    def show(self, services: Sequence[Service]) -> None:
        """Say what has changed since the last time."""
        for service in services:
            if service.is_well and service.name not in self._well:
                self._well.add(service.name)
                self._say(f"{service.name} is healthy")
            if len(service.ends) > self._ended.get(service.name, 0):
                self._ended[service.name] = len(service.ends)
                self._say(f"{service.name}: {service.ends[-1]} It is started again.")

    def _say(self, text: str) -> None:
        seconds = time.monotonic() - self._begun
        self._stream.write(f"[{seconds:5.1f} s] {text}\n")
        self._stream.flush()


def table(services: Sequence[Service]) -> str:
    """One line for each service."""
    width = max((len(service.name) for service in services), default=0)
    return "\n".join(
        f"  {service.name:{width}}  {service.status:8}  {service.health}" for service in services
    )
