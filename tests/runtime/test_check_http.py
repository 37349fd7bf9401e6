"""The health check of web, scheduler and Flower."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from airflow_ecs.runtime import check_http


class Pages(BaseHTTPRequestHandler):
    """Well on one page, unwell on another."""

    def do_GET(self) -> None:
        self.send_response({"/well": 200, "/unwell": 503}.get(self.path, 404))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A process that is frozen: the kernel takes the connection, and nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_a_page_with_status_200_is_well(port: int) -> None:
    assert check_http.fault(port, "/well") is None


def test_any_other_status_is_a_fault_that_is_named(port: int) -> None:
    assert "503" in str(check_http.fault(port, "/unwell"))
    assert "404" in str(check_http.fault(port, "/elsewhere"))


def test_a_frozen_server_fails_within_the_time_of_a_check(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_http.TIMEOUT < 5
    monkeypatch.setattr(check_http, "TIMEOUT", 0.1)
    assert "timed out" in str(check_http.fault(silent_port, "/well"))


def test_a_server_that_is_gone_fails(closed_port: int) -> None:
    assert f"port {closed_port} does not answer" in str(check_http.fault(closed_port, "/well"))


@pytest.mark.parametrize(("path", "code"), [("/well", 0), ("/unwell", 1)])
def test_the_exit_code_tells_ecs(port: int, path: str, code: int) -> None:
    command = [sys.executable, "-I", "-S", check_http.__file__, str(port), path]
    assert subprocess.run(command, capture_output=True, check=False).returncode == code
