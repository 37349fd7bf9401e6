"""PostgreSQL in place of RDS, met by Airflow's own drivers."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import psycopg2
import pytest

from airflow_ecs.rehearsal import background
from airflow_ecs.rehearsal.standins import Authority, end_left_over

from .conftest import DATABASE, Servers

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow


def connect(servers: Servers, port: int, **changes: Any) -> Any:
    """Connect as `PGSSLMODE=verify-full` does."""
    how = {
        "host": DATABASE.host_name,
        "hostaddr": "127.0.0.1",
        "port": port,
        "user": DATABASE.user,
        "password": DATABASE.password,
        "dbname": DATABASE.database,
        "sslmode": "verify-full",
        "sslrootcert": os.fspath(servers.certificate),
        "connect_timeout": 10,
    }
    return psycopg2.connect(**how | changes)


def query(servers: Servers, port: int, statement: str, **changes: Any) -> list[Any]:
    connection = connect(servers, port, **changes)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


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


@pytest.fixture(scope="module")
def port(shared: Servers) -> int:
    stand_in, port = shared.database()
    began = time.monotonic()
    stand_in.start()
    print(f"PostgreSQL: made and started in {time.monotonic() - began:.2f} s")
    return port


def test_libpq_verifies_the_endpoint_fully_and_is_let_in(shared: Servers, port: int) -> None:
    [[user, database, superuser]] = query(
        shared, port, "SELECT user, current_database(), usesuper FROM pg_user WHERE usename = user"
    )
    assert (user, database) == (DATABASE.user, DATABASE.database)
    assert not superuser, "the master user of RDS is none"


def test_asyncpg_verifies_the_endpoint_and_is_let_in(
    shared: Servers, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: here)
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", os.fspath(shared.certificate))

    async def ask() -> Any:
        connection = await asyncpg.connect(
            host=DATABASE.host_name,
            port=port,
            user=DATABASE.user,
            password=DATABASE.password,
            database=DATABASE.database,
        )
        try:
            return await connection.fetchval("SELECT 6 * 7")
        finally:
            await connection.close()

    assert asyncio.run(ask()) == 42


def test_a_name_that_is_not_the_endpoint_s_is_not_believed(shared: Servers, port: int) -> None:
    with pytest.raises(psycopg2.OperationalError, match="does not match host name"):
        connect(shared, port, host="other.eu-central-1.rds.amazonaws.com")


def test_another_authority_is_not_believed(shared: Servers, port: int, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(Authority().certificate)
    with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
        connect(shared, port, sslrootcert=os.fspath(stranger))


def test_a_plain_connection_is_refused_as_rds_does(shared: Servers, port: int) -> None:
    refusal = (
        r'no pg_hba\.conf entry for host "127\.0\.0\.1", user "airflow", '
        r'database "airflow", no encryption'
    )
    with pytest.raises(psycopg2.OperationalError, match=refusal):
        connect(shared, port, sslmode="disable")

    async def ask() -> None:
        await asyncpg.connect(
            host="127.0.0.1", port=port, user="airflow", database="airflow", ssl=False
        )

    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError, match=refusal):
        asyncio.run(ask())


def test_a_wrong_password_is_refused(shared: Servers, port: int) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        connect(shared, port, password="wrong")


@pytest.mark.parametrize("user", ["rdsadmin", "postgres"])
def test_nobody_is_let_in_as_the_owner_of_the_server(shared: Servers, port: int, user: str) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        connect(shared, port, user=user, password="guessed")


def test_encryption_by_gssapi_is_declined_and_tls_still_offered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(struct.pack("!II", 8, 80877104))
        assert client.recv(1) == b"N"
        client.sendall(struct.pack("!II", 8, 80877103))
        assert client.recv(1) == b"S"


@pytest.mark.parametrize("start", [b"\0\0\0\x04\0\0\0\0", b"GET / HTTP/1.1\r\n\r\n", b"\0"])
def test_what_is_no_start_up_packet_ends_that_connection_alone(
    shared: Servers, port: int, start: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(start)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    assert query(shared, port, "SELECT 1") == [(1,)]


CANCELLING = """
import sys, threading, psycopg2
connection = psycopg2.connect(sys.argv[1])
threading.Timer(0.5, connection.cancel).start()
try:
    connection.cursor().execute("SELECT pg_sleep(30)")
except psycopg2.errors.QueryCanceled:
    print("cancelled")
"""


def test_a_query_can_be_cancelled(shared: Servers, port: int) -> None:
    connection = connect(shared, port)
    where = psycopg2.extensions.make_dsn(connection.dsn, password=DATABASE.password)
    connection.close()
    # While it cancels, the driver holds up its whole process, which must not be this one.
    done = subprocess.run(
        [sys.executable, "-c", CANCELLING, where],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout == "cancelled\n", done.stderr


def test_many_connections_work_at_once(shared: Servers, port: int) -> None:
    connections = [connect(shared, port) for _ in range(60)]
    for number, connection in enumerate(connections):
        with connection.cursor() as cursor:
            cursor.execute("SELECT repeat(%s, 100000)", [str(number % 10)])
            assert cursor.fetchall() == [(str(number % 10) * 100_000,)]
    for connection in connections:
        connection.close()


def test_the_password_is_on_no_command_line_and_in_no_log(shared: Servers, port: int) -> None:
    with pytest.raises(psycopg2.OperationalError):
        connect(shared, port, dbname="unknown")
    pid = shared.made[0].server.pid
    assert DATABASE.password not in Path(f"/proc/{pid}/cmdline").read_text()
    log = (shared.folder / "database" / "log").read_text()
    assert "unknown" in log
    assert DATABASE.password not in log
    assert "ALTER ROLE" not in log


def test_a_plain_connection_is_let_in_where_tls_is_not_forced(servers: Servers) -> None:
    stand_in, port = servers.database(force_tls=False)
    stand_in.start()
    assert query(servers, port, "SELECT 1", sslmode="disable") == [(1,)]
    assert query(servers, port, "SELECT 1") == [(1,)]


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


def test_tls_before_1_2_is_refused(port: int, shared: Servers) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(struct.pack("!II", 8, 80877103))
        assert client.recv(1) == b"S"
        old = ssl.create_default_context(cafile=os.fspath(shared.certificate))
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
            old.minimum_version = ssl.TLSVersion.TLSv1
        with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(ssl.SSLError, match="protocol version"):
            old.wrap_socket(client, server_hostname=DATABASE.host_name)
