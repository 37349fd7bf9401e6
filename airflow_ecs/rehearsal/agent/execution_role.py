"""A task's execution role: what ECS itself does for the task, it does by the role's keys."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_ecs.rehearsal.agent.clients import Clients, Keys


class ExecutionRole:
    """Clients that act as the role; safe to use from several threads.

    `take` gives keys that are good for a while: others than before, when those run out.
    """

    def __init__(self, clients: Clients, take: Callable[[], Keys]) -> None:
        self._clients = clients
        self._take = take
        self._lock = threading.Lock()
        self._made: dict[str, tuple[Keys, Any]] = {}

    def client(self, service: str) -> Any:
        """The client of a service, made again only with other keys."""
        keys = self._take()
        with self._lock:
            made_with, client = self._made.get(service, (None, None))
            if made_with != keys:
                client = self._clients.of(keys, service)
                self._made[service] = keys, client
            return client
