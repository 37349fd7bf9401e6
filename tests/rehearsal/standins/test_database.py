"""PostgreSQL in place of RDS, met by Airflow's own drivers."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg
import psycopg2
import pytest

from airflow_ecs.rehearsal.standins import Authority

from .conftest import DATABASE, Servers
from .postgres_client import connect, query

pytestmark = pytest.mark.slow


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
