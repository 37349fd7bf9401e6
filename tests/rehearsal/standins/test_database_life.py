"""PostgreSQL in place of RDS, through stops, crashes and new deployments."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from airflow_ecs.rehearsal import background
from airflow_ecs.rehearsal.standins import end_left_over
from airflow_ecs.rehearsal.standins.postgres import Postgres

from .postgres_client import connect, query

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Servers

pytestmark = pytest.mark.slow


def eventually(succeeds: Callable[[], Any]) -> Any:
    """The result, once there is one; the last error after 20 seconds."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return succeeds()
        except psycopg2.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_data_outlive_a_stop(servers: Servers) -> None:
    stand_in, port = servers.database()
    stand_in.start()
    query(servers, port, "CREATE TABLE kept AS SELECT 42 AS answer")
    stand_in.stop()
    with pytest.raises(psycopg2.OperationalError, match="Connection refused"):
        connect(servers, port)
    began = time.monotonic()
    stand_in.start()
    print(f"PostgreSQL: started again in {time.monotonic() - began:.2f} s")
    assert query(servers, port, "SELECT answer FROM kept") == [(42,)]


def test_a_crash_loses_nothing_and_the_server_comes_back(servers: Servers) -> None:
    stand_in, port = servers.database()
    stand_in.start()
    query(servers, port, "CREATE TABLE kept AS SELECT 42 AS answer")
    crashed = stand_in.server.pid
    assert crashed is not None
    os.kill(crashed, signal.SIGKILL)
    assert eventually(lambda: query(servers, port, "SELECT answer FROM kept")) == [(42,)]
    assert stand_in.server.pid not in (None, crashed)


def test_a_stop_tells_its_clients(servers: Servers) -> None:
    stand_in, port = servers.database()
    stand_in.start()
    connection = connect(servers, port)
    stand_in.stop()
    with connection.cursor() as cursor, pytest.raises(psycopg2.OperationalError):
        cursor.execute("SELECT 1")
    connection.close()


def test_a_new_deployment_s_password_replaces_the_old(servers: Servers) -> None:
    first, port = servers.database()
    first.start()
    first.stop()
    second, port = servers.database(password="another password")
    second.start()
    assert query(servers, port, "SELECT 1", password="another password") == [(1,)]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        connect(servers, port)


def test_a_lock_whose_number_another_process_has_is_no_obstacle(servers: Servers) -> None:
    stand_in, port = servers.database()
    stand_in.start()
    query(servers, port, "CREATE TABLE kept AS SELECT 42 AS answer")
    crashed = stand_in.server.pid
    assert crashed is not None
    # Its parent is gone too, as after a restart of the machine.
    os.kill(crashed, signal.SIGKILL)
    stand_in.stop()
    [lock] = (servers.folder / "database" / "postgresql").resolve().glob("*/postmaster.pid")
    lines = lock.read_text().split("\n")
    lock.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    stand_in.start()
    assert query(servers, port, "SELECT answer FROM kept") == [(42,)]


def test_an_interrupted_creation_is_begun_again(servers: Servers) -> None:
    stand_in, port = servers.database()
    home = (servers.folder / "database" / "postgresql").resolve()
    partial = home / "16-airflow-airflow.partial"
    partial.mkdir()
    (partial / "PG_VERSION").write_text("16\n")
    stand_in.start()
    assert query(servers, port, "SELECT 1") == [(1,)]


ORPHAN_MAKER = """
import os, signal, sys
from pathlib import Path
from airflow_ecs.rehearsal.standins import Authority, Cache, Database, cache, database
from tests.rehearsal.standins.conftest import CACHE, DATABASE
folder, authority = Path(sys.argv[1]), Authority()
ports = int(sys.argv[2]), int(sys.argv[3])
for make, wanted, port, name in (
    (database, DATABASE, ports[0], "database"), (cache, CACHE, ports[1], "cache"),
):
    made = make(
        wanted, address=("127.0.0.1", port), folder=folder / name, authority=authority
    )
    made.start()
    print(made.server.pid, made.server.socket.parent, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_servers_that_outlived_their_parent_are_ended(servers: Servers) -> None:
    stand_in, port = servers.database()
    _, cache_port = servers.cache()
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN_MAKER, servers.folder, str(port), str(cache_port)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    orphans = [line.split() for line in done.stdout.splitlines()]
    assert all(background.is_running(int(pid), sockets) for pid, sockets in orphans)
    assert len(orphans) == 2
    end_left_over(servers.folder)
    assert not any(background.is_running(int(pid), sockets) for pid, sockets in orphans)
    assert not any(Path(sockets).exists() for _, sockets in orphans)
    stand_in.start()
    assert query(servers, port, "SELECT 1") == [(1,)]


def test_a_port_that_is_taken_is_named_and_no_server_stays(servers: Servers) -> None:
    stand_in, port = servers.database()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(Exception, match=rf"127\.0\.0\.1:{port} can't be listened on: "):
            stand_in.start()
    assert stand_in.server.pid is None
    stand_in.start()
    assert query(servers, port, "SELECT 1") == [(1,)]


def test_a_stop_leaves_no_process_thread_or_socket(servers: Servers) -> None:
    before = set(threading.enumerate())
    stand_in, _ = servers.database()
    stand_in.start()
    pid, sockets = stand_in.server.pid, stand_in.server.socket.parent
    assert pid is not None
    assert sockets.exists()
    stand_in.stop()
    stand_in.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert not sockets.exists()
    deadline = time.monotonic() + 5
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(threading.enumerate()) <= before


def test_another_password_is_for_new_connections_and_outlives_a_crash(servers: Servers) -> None:
    stand_in, port = servers.database()
    stand_in.start()
    before = connect(servers, port)
    server = stand_in.server
    assert isinstance(server, Postgres)
    server.change_password("a 'new' one")
    try:
        with before.cursor() as cursor:
            cursor.execute("SELECT 42")
            assert cursor.fetchall() == [(42,)]
    finally:
        before.close()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        connect(servers, port)
    stand_in.stop()
    stand_in.start()
    assert query(servers, port, "SELECT 42", password="a 'new' one") == [(42,)]
