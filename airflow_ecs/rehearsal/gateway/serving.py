"""A small HTTP server on one loopback address, in threads of this process."""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Seconds after which a connection on which nobody asks anything is closed.
_IDLE = 75


class Handler(BaseHTTPRequestHandler):
    """Passes each request, whatever its method, to `respond`; logs nothing."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE
    # Head and body are sent one after the other: waiting for the first to be acknowledged
    # would cost 40 ms an answer.
    disable_nagle_algorithm = True
    respond: Callable[[Handler], None]

    def _respond(self) -> None:
        type(self).respond(self)

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = _respond  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: there are hundreds."""

    def write(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send a whole response; after `HEAD`, without its body."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class LoopbackServer:
    """Serves `respond` at an address of this machine; port 0 takes a free one."""

    def __init__(
        self, respond: Callable[[Handler], None], address: str = "127.0.0.1", port: int = 0
    ) -> None:
        handler = type("LoopbackHandler", (Handler,), {"respond": staticmethod(respond)})
        self._server = _Server((address, port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where it serves."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def port(self) -> int:
        """The port on which it serves."""
        return self._server.server_port

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more, and give the port back."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A stop does not wait for those who are still being answered.
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients that go away are nothing to tell of.
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)
