"""Stand-ins on free loopback ports, of which nothing is left behind."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.standins import (
    Authority,
    Cache,
    Database,
    StandIn,
    cache,
    database,
    remove,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE = Database(
    identifier="airflow-database",
    host_name="airflow-database.example.eu-central-1.rds.amazonaws.com",
    port=5432,
    version="17",
    user="airflow",
    password=r"a 'quoted' \word",
    database="airflow",
    force_tls=True,
)
CACHE = Cache(
    identifier="airflow-broker",
    host_names=("master.airflow-broker.example.euc1.cache.amazonaws.com",),
    port=6379,
    auth_token='sixteen"to\\ken"s',
    tls=True,
    max_memory_policy="noeviction",
)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@dataclass(kw_only=True)
class Servers:
    """Makes stand-ins below one folder, and knows how to reach them."""

    folder: Path
    certificate: Path
    authority: Authority = field(default_factory=Authority)
    made: list[StandIn] = field(default_factory=list)

    def database(self, **changes: Any) -> tuple[StandIn, int]:
        """A stand-in of `DATABASE` with changes, and the port where it will listen."""
        port = free_port()
        wanted = replace(DATABASE, **changes)
        return self._made(database, wanted, port, "database"), port

    def cache(self, **changes: Any) -> tuple[StandIn, int]:
        """A stand-in of `CACHE` with changes, and the port where it will listen."""
        port = free_port()
        return self._made(cache, replace(CACHE, **changes), port, "cache"), port

    def _made(self, make: Any, wanted: Any, port: int, name: str) -> StandIn:
        made: StandIn = make(
            wanted,
            address=("127.0.0.1", port),
            folder=self.folder / name,
            authority=self.authority,
        )
        self.made.append(made)
        return made

    def clear(self) -> None:
        for stand_in in self.made:
            stand_in.stop()
        remove(self.folder)


def _servers(folder: Path) -> Iterator[Servers]:
    certificate = folder / "authority.pem"
    servers = Servers(folder=folder, certificate=certificate)
    certificate.write_bytes(servers.authority.certificate)
    yield servers
    servers.clear()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """Servers for one test."""
    yield from _servers(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers for the tests of a module that change nothing."""
    yield from _servers(tmp_path_factory.mktemp("servers"))
