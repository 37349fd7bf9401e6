"""The front itself: every byte arrives, and each direction ends alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.standins import Authority
from airflow_ecs.rehearsal.standins.tls import Front, plain, tls

from .conftest import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "server.example.com"


class TlsClient:
    """The client's side of TLS, of which each direction can end alone."""

    def __init__(self, port: int, authority: Authority) -> None:
        context = ssl.create_default_context(cadata=authority.certificate.decode())
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=NAME)
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._do(self._tls.do_handshake)

    def send(self, data: bytes) -> None:
        self._do(lambda: self._tls.write(data))

    def end(self) -> None:
        # It would wait for the other side's end.
        with contextlib.suppress(ssl.SSLWantReadError):
            self._tls.unwrap()
        self._socket.sendall(self._outgoing.read())

    def receive_all(self) -> bytes:
        received = b""
        while True:
            try:
                data = self._do(lambda: self._tls.read(65536))
            except ssl.SSLZeroReturnError:
                return received
            received += data
            if not data:
                return received

    def __enter__(self) -> TlsClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _do(self, step: Callable[[], object]) -> bytes:
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._socket.sendall(self._outgoing.read())
                if data := self._socket.recv(65536):
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
            else:
                self._socket.sendall(self._outgoing.read())
                return result if isinstance(result, bytes) else b""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[socket.socket]:
    """A server's socket that takes one connection, in place of PostgreSQL or Valkey."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(tmp_path / "s"))
        listening.listen()
        listening.settimeout(20)
        yield listening


def accept(server: socket.socket) -> socket.socket:
    connection, _ = server.accept()
    connection.settimeout(20)
    return connection


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def port(server: socket.socket, authority: Authority, tmp_path: Path) -> Iterator[int]:
    port = free_port()
    front = Front(("127.0.0.1", port), tmp_path / "s", tls(authority.server_context([NAME])))
    front.start()
    yield port
    front.stop()


@pytest.fixture
def client(port: int, authority: Authority) -> Iterator[TlsClient]:
    with TlsClient(port, authority) as client:
        yield client


def test_a_client_that_has_ended_still_gets_the_answer(
    server: socket.socket, client: TlsClient
) -> None:
    client.send(b"the question")
    client.end()
    connection = accept(server)
    with connection:
        assert connection.makefile("rb").read() == b"the question"
        connection.sendall(b"the answer")
    assert client.receive_all() == b"the answer"


def test_a_server_that_has_ended_still_gets_the_rest(
    server: socket.socket, client: TlsClient
) -> None:
    connection = accept(server)
    with connection:
        connection.sendall(b"enough")
        connection.shutdown(socket.SHUT_WR)
        assert client.receive_all() == b"enough"
        client.send(b"the rest")
        client.end()
        assert connection.makefile("rb").read() == b"the rest"


def test_every_byte_of_both_directions_arrives_when_both_send_at_once(
    server: socket.socket, client: TlsClient
) -> None:
    question, answer = os.urandom(5_000_000), os.urandom(5_000_000)
    received: list[bytes] = []

    def serve() -> None:
        connection = accept(server)
        with connection:
            sender = threading.Thread(target=connection.sendall, args=(answer,))
            sender.start()
            received.append(connection.makefile("rb").read())
            sender.join()

    serving = threading.Thread(target=serve)
    serving.start()
    client.send(question)
    client.end()
    received.append(client.receive_all())
    serving.join()
    assert [hashlib.sha256(data).digest() for data in received] == [
        hashlib.sha256(data).digest() for data in (question, answer)
    ]


def test_a_server_that_is_down_ends_the_connection(
    server: socket.socket, port: int, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "s").unlink()
    with TlsClient(port, authority) as client, pytest.raises(ssl.SSLEOFError):
        client.receive_all()


def test_a_stop_ends_the_connections_that_are_open(server: socket.socket, tmp_path: Path) -> None:
    port = free_port()
    front = Front(("127.0.0.1", port), tmp_path / "s", plain())
    front.start()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"hello")
        connection = accept(server)
        with connection:
            assert connection.recv(5) == b"hello"
            front.stop()
            assert connection.recv(1) == b""
        assert client.recv(1) == b""


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        front = Front(("127.0.0.1", port), tmp_path / "s", plain())
        with pytest.raises(RehearsalError, match=f"{port} can't be listened on: .*in use"):
            front.start()


def test_a_certificate_is_valid_for_each_of_its_names_and_strictly_so(
    authority: Authority,
) -> None:
    names = [".".join(["a" * 40, "b" * 40, "example.com"]), "b.example.com"]
    server_context = authority.server_context(names)
    for name in names:
        client_context = ssl.create_default_context(cadata=authority.certificate.decode())
        client_context.verify_flags |= ssl.VERIFY_X509_STRICT
        client_in, server_in = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = client_context.wrap_bio(client_in, server_in, server_hostname=name)
        server = server_context.wrap_bio(server_in, client_in, server_side=True)
        waiting = [client, server]
        while waiting:
            side = waiting.pop(0)
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                waiting.append(side)
        assert set(client.getpeercert()["subjectAltName"]) == {("DNS", name) for name in names}
