"""Valkey in place of ElastiCache, met by a real client."""

from __future__ import annotations

import os
import signal
import ssl
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import valkey

from .conftest import CACHE, Servers

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow


class Endpoint(valkey.SSLConnection):
    """Connects to loopback, and verifies the name of the endpoint."""

    def _connect(self) -> Any:
        self.host = "127.0.0.1"
        connect = valkey.Connection._connect
        plain = connect(self)
        context = ssl.create_default_context(cafile=self.ca_certs)
        return context.wrap_socket(plain, server_hostname=CACHE.host_names[0])


def client(servers: Servers, port: int, **changes: Any) -> valkey.Valkey:
    """A client that verifies as `ssl_cert_reqs=CERT_REQUIRED` does."""
    how = {
        "connection_class": Endpoint,
        "port": port,
        "password": CACHE.auth_token,
        "ssl_ca_certs": os.fspath(servers.certificate),
        "socket_timeout": 10,
    }
    return valkey.Valkey(connection_pool=valkey.ConnectionPool(**how | changes))


@pytest.fixture(scope="module")
def port(shared: Servers) -> Iterator[int]:
    stand_in, port = shared.cache()
    began = time.monotonic()
    stand_in.start()
    print(f"Valkey: started in {time.monotonic() - began:.2f} s")
    yield port
    stand_in.stop()


def test_the_token_lets_in_over_tls_that_verifies(shared: Servers, port: int) -> None:
    with client(shared, port) as known:
        assert known.set("key", "value")
        assert known.get("key") == b"value"
        assert known.eval("return redis.call('get', KEYS[1])", 1, "key") == b"value"


def test_a_wrong_token_is_refused(shared: Servers, port: int) -> None:
    with (
        client(shared, port, password="wrong") as unknown,
        pytest.raises(valkey.AuthenticationError),
    ):
        unknown.ping()


def test_nobody_is_let_in_without_a_token(shared: Servers, port: int) -> None:
    with (
        client(shared, port, password=None) as unknown,
        pytest.raises(valkey.AuthenticationError, match="Authentication required"),
    ):
        unknown.ping()


def test_a_plain_connection_is_refused(shared: Servers, port: int) -> None:
    with (
        valkey.Valkey(port=port, password=CACHE.auth_token, socket_timeout=10) as plain,
        pytest.raises(valkey.ConnectionError),
    ):
        plain.ping()


def test_the_parameter_group_s_policy_is_followed(shared: Servers, port: int) -> None:
    with client(shared, port) as known:
        memory = known.info("memory")
    assert memory["maxmemory_policy"] == CACHE.max_memory_policy
    assert memory["maxmemory"] > 0


@pytest.mark.parametrize("command", ["CONFIG GET save", "SHUTDOWN NOSAVE", "DEBUG SLEEP 0"])
def test_what_elasticache_restricts_is_unknown_here(
    shared: Servers, port: int, command: str
) -> None:
    with (
        client(shared, port) as known,
        pytest.raises(valkey.ResponseError, match="unknown command"),
    ):
        known.execute_command(*command.split())


def test_a_waiting_reader_gets_what_is_published_later(shared: Servers, port: int) -> None:
    with client(shared, port) as producer, client(shared, port) as consumer:
        subscription = consumer.pubsub()
        subscription.subscribe("news")
        assert subscription.get_message(timeout=5)["type"] == "subscribe"
        producer.publish("news", "x" * 1_000_000)
        assert subscription.get_message(timeout=5)["data"] == b"x" * 1_000_000
        subscription.close()


def test_the_token_is_on_no_command_line_and_in_no_file(shared: Servers, port: int) -> None:
    token = CACHE.auth_token
    assert token is not None
    pid = next(made.server.pid for made in shared.made if made.server.pid)
    assert token not in Path(f"/proc/{pid}/cmdline").read_text()
    for file in (shared.folder / "cache").iterdir():
        assert token not in file.read_text()


def test_a_crash_is_followed_by_a_start(servers: Servers) -> None:
    stand_in, port = servers.cache()
    stand_in.start()
    with client(servers, port) as known:
        known.ping()
        crashed = stand_in.server.pid
        assert crashed is not None
        os.kill(crashed, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while True:
            try:
                assert known.ping()
                break
            except valkey.ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
    assert stand_in.server.pid not in (None, crashed)


def test_without_encryption_and_token_everybody_is_let_in(servers: Servers) -> None:
    stand_in, port = servers.cache(tls=False, auth_token=None)
    stand_in.start()
    with valkey.Valkey(port=port) as anybody:
        assert anybody.ping()


def test_a_stop_leaves_no_process_or_socket(servers: Servers) -> None:
    stand_in, _ = servers.cache()
    stand_in.start()
    pid, sockets = stand_in.server.pid, stand_in.server.socket.parent
    assert sockets.exists()
    stand_in.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert not sockets.exists()
