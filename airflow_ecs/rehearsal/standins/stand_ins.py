"""A stand-in: a server, and the front that its clients meet."""

from __future__ import annotations

import contextlib
import shutil
import threading
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.standins import account, tls
from airflow_ecs.rehearsal.standins.postgres import Postgres
from airflow_ecs.rehearsal.standins.postgres_greeting import postgres
from airflow_ecs.rehearsal.standins.server_process import end_left_over
from airflow_ecs.rehearsal.standins.valkey import Valkey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from airflow_ecs.rehearsal.standins.certificates import Authority
    from airflow_ecs.rehearsal.standins.described import Cache, Database
    from airflow_ecs.rehearsal.standins.tls import Greet

# Seconds until a server that has crashed is started again, which RDS and ElastiCache do too.
_PAUSE = 1.0


class StandIn:
    """Listens on a loopback address in place of a server of AWS; `server` is the real one.

    `started` is called with the server's process, and again with each that follows a crash.
    """

    def __init__(
        self,
        server: Postgres | Valkey,
        address: tuple[str, int],
        greet: Greet,
        started: Callable[[int], object],
    ) -> None:
        self.server = server
        self._started = started
        self._address = address
        self._greet = greet
        self._front: tls.Front | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()  # one at a time starts or stops the server

    def start(self) -> None:
        """Start the server, then take connections; raise `RehearsalError` where either can't."""
        self._start_server()
        self._front = tls.Front(self._address, self.server.socket, self._greet)
        try:
            self._front.start()
        except BaseException:
            self._front = None
            self.server.stop()
            raise
        self._stopping = threading.Event()
        threading.Thread(
            target=self._keep_running, args=(self._stopping,), name="keeper", daemon=True
        ).start()

    def stop(self) -> None:
        """End the server, which tells its clients, and every connection; fine when ended."""
        with self._lock:
            self._stopping.set()
            self.server.stop()
        if self._front is not None:
            self._front.stop()
            self._front = None

    def _keep_running(self, stopping: threading.Event) -> None:
        while True:
            self.server.wait()
            if stopping.wait(_PAUSE):
                return
            with self._lock:
                if not stopping.is_set():
                    # Its log tells why; the next time may go better.
                    with contextlib.suppress(RehearsalError):
                        self._start_server()

    def _start_server(self) -> None:
        self.server.start()
        if (pid := self.server.pid) is not None:
            self._started(pid)


def database(
    wanted: Database,
    *,
    address: tuple[str, int],
    folder: Path,
    authority: Authority,
    started: Callable[[int], object] = lambda pid: None,
) -> StandIn:
    """PostgreSQL in place of RDS; its data stay in the folder."""
    context = authority.server_context([wanted.host_name])
    greet = postgres(context, force_tls=wanted.force_tls)
    return StandIn(Postgres(wanted, folder), address, greet, started)


def cache(
    wanted: Cache,
    *,
    address: tuple[str, int],
    folder: Path,
    authority: Authority,
    started: Callable[[int], object] = lambda pid: None,
) -> StandIn:
    """Valkey in place of ElastiCache."""
    greet = tls.tls(authority.server_context(wanted.host_names)) if wanted.tls else tls.plain()
    return StandIn(Valkey(wanted, folder), address, greet, started)


def remove(folder: Path) -> None:
    """End what still runs of the stand-ins below a folder, and remove it with all their data."""
    end_left_over(folder)
    account.remove_elsewhere(folder)
    shutil.rmtree(folder, ignore_errors=True)
