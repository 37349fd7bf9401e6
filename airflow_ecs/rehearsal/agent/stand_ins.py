"""The databases and caches of the account, each started when the first task may need it."""

from __future__ import annotations

import ssl
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import standins
from airflow_ecs.rehearsal.account_clients import Account
from airflow_ecs.rehearsal.agent import leftovers
from airflow_ecs.rehearsal.standins.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.rehearsal.agent.addresses import Addresses
    from airflow_ecs.rehearsal.agent.names import Names
    from airflow_ecs.rehearsal.standins import Cache, Database
    from airflow_ecs.rehearsal.standins.stand_ins import StandIn


class StandIns:
    """What stands in for RDS and ElastiCache, each at an address of its own."""

    def __init__(
        self, endpoint: str, region: str, folder: Path, addresses: Addresses, names: Names
    ) -> None:
        self.databases: dict[str, str] = {}
        """The host names that libpq's clients use, and their addresses."""
        self._account = Account(endpoint, region)
        self._folder = folder / "stand-ins"
        self._records = folder / "processes"
        self._addresses = addresses
        self._names = names
        self._lock = threading.Lock()
        self._started: dict[str, StandIn] = {}
        self._processes: dict[str, int] = {}
        self._authority = standins.Authority()
        self._folder.mkdir(parents=True, exist_ok=True)
        standins.end_left_over(self._folder)
        self.ca_bundle = self._folder / "ca.pem"
        """Who vouches for the stand-ins: what RDS's bundle is in the image."""
        self.ca_bundle.write_bytes(self._authority.certificate)
        self.trusted = self._folder / "trusted.pem"
        """They, and whoever this machine trusts."""
        self.trusted.write_bytes(_trusted_here() + self._authority.certificate)

    def refresh(self) -> None:
        """Start what is new in the account; raise `RehearsalError` for what can't be."""
        with self._lock:
            deployed = standins.discover(self._account)
            for database in deployed.databases:
                if address := self._start(database, [database.host_name]):
                    self.databases[database.host_name] = address
            for cache in deployed.caches:
                self._start(cache, cache.host_names)

    def stop(self) -> None:
        """Stop them all; data stay."""
        with self._lock:
            for key, started in self._started.items():
                started.stop()
                leftovers.forget(self._records, self._processes.pop(key))
            self._started.clear()

    def _start(self, wanted: Database | Cache, host_names: Sequence[str]) -> str | None:
        """Start one, unless it has been started; the address it got."""
        kind = type(wanted).__name__.lower()
        key = f"{kind}-{wanted.identifier}"
        if key in self._started:
            server = self._started[key].server
            if isinstance(server, Postgres) and isinstance(wanted, standins.Database):
                server.change_password(wanted.password)
            return None
        address = self._addresses.take()
        folder = self._folder / key
        folder.mkdir(exist_ok=True)
        where, authority, started = (
            (address, wanted.port),
            self._authority,
            partial(self._record, key),
        )
        if isinstance(wanted, standins.Database):
            made = standins.database(
                wanted, address=where, folder=folder, authority=authority, started=started
            )
        else:
            made = standins.cache(
                wanted, address=where, folder=folder, authority=authority, started=started
            )
        made.start()
        self._started[key] = made
        for name in host_names:
            self._names.add(name, address)
        return address

    def _record(self, key: str, pid: int) -> None:
        """Let the watchdog end this process, and not the one before it, which has crashed."""
        if (before := self._processes.get(key)) is not None:
            leftovers.forget(self._records, before)
        leftovers.record(self._records, pid, f"REHEARSAL_STAND_IN={key}")
        self._processes[key] = pid


def _trusted_here() -> bytes:
    file = ssl.get_default_verify_paths().cafile
    return Path(file).read_bytes().rstrip() + b"\n" if file and Path(file).exists() else b""
