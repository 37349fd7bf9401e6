"""Passes an HTTP request on to another server, and its answer back, as they come."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from airflow_ecs.rehearsal.gateway.serving import Handler

Headers = list[tuple[str, str]]

# What concerns one connection alone (RFC 9110, section 7.6.1), and the two that are answered
# or set on the way.
_OF_ONE_CONNECTION = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)

_CHUNK = 64 * 1024


class GoneError(Exception):
    """The server behind did not take the request, or sent no answer that can be read."""


class SlowError(GoneError):
    """The server behind did not answer in time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upstream:
    """A server behind; it has `timeout` seconds for each part of its answer."""

    host: str
    port: int
    timeout: float


class Exchange:
    """One request that was sent on, and its answer while it comes."""

    def __init__(self, connection: HTTPConnection, response: HTTPResponse) -> None:
        self._connection = connection
        self.response = response

    def close(self) -> None:
        """End the connection to the server behind."""
        self.response.close()
        self._connection.close()

    def pass_back(self, handler: Handler, headers: Headers) -> None:
        """Send the answer on while it comes, under these headers."""
        response = self.response
        handler.send_response_only(response.status, response.reason)
        for name, value in headers:
            handler.send_header(name, value)
        if response.status == 101:
            self._tunnel(handler)
            return
        bare = handler.command == "HEAD" or response.status in (204, 304)
        length = response.headers.get("Content-Length")
        if length is not None:
            handler.send_header("Content-Length", length)
        elif not bare:
            handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        if not bare:
            self._pass_body(handler, chunked=length is None)

    def _pass_body(self, handler: Handler, *, chunked: bool) -> None:
        try:
            while piece := self.response.read1(_CHUNK):
                handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            if chunked:
                handler.wfile.write(b"0\r\n\r\n")
        except BaseException:
            # Half an answer: nothing can follow it on this connection.
            handler.close_connection = True
            raise

    def _tunnel(self, handler: Handler) -> None:
        """After `101 Switching Protocols` both sides say what they like."""
        handler.send_header("Connection", "Upgrade")
        handler.send_header("Upgrade", self.response.headers.get("Upgrade", ""))
        handler.end_headers()
        handler.close_connection = True
        behind, before = self._connection.sock, handler.connection
        for end in (behind, before):
            end.settimeout(None)
        there = threading.Thread(
            target=_pump, args=(handler.rfile.read1, behind), name="tunnel", daemon=True
        )
        there.start()
        # The first words may have come together with the answer's head.
        _pump(self.response.fp.read1, before)
        there.join()


def headers_of(pairs: Iterable[tuple[str, str]]) -> Headers:
    """The headers that go on to the other side."""
    return [(name, value) for name, value in pairs if name.lower() not in _OF_ONE_CONNECTION]


def send(handler: Handler, upstream: Upstream, headers: Headers, body: bytes | None) -> Exchange:
    """Send a request on; its body comes from the client as it arrives, unless it's given."""
    connection = HTTPConnection(upstream.host, upstream.port, timeout=upstream.timeout)
    given = handler.headers
    try:
        connection.putrequest(
            handler.command, handler.path, skip_host=True, skip_accept_encoding=True
        )
        for name, value in headers:
            connection.putheader(name, value)
        if "upgrade" in given.get("Connection", "").lower() and "Upgrade" in given:
            connection.putheader("Connection", "Upgrade")
            connection.putheader("Upgrade", given["Upgrade"])
        else:
            connection.putheader("Connection", "close")
        chunked = "chunked" in given.get("Transfer-Encoding", "").lower()
        length = len(body) if body is not None else int(given.get("Content-Length") or 0)
        if body is None and chunked:
            connection.putheader("Transfer-Encoding", "chunked")
        elif length or "Content-Length" in given:
            connection.putheader("Content-Length", str(length))
        content = _body(handler) if body is None else [body]
        connection.endheaders(content, encode_chunked=body is None and chunked)
        return Exchange(connection, connection.getresponse())
    except TimeoutError as error:
        connection.close()
        raise SlowError(str(error)) from error
    except (OSError, HTTPException, ValueError) as error:
        connection.close()
        raise GoneError(str(error)) from error


def read_body(handler: Handler) -> bytes:
    """The whole body of a request."""
    return b"".join(_body(handler))


def drop_body(handler: Handler) -> None:
    """Read the body of a request that is refused: the next request comes after it."""
    for _ in _body(handler):
        pass


def _body(handler: Handler) -> Iterator[bytes]:
    if "chunked" in handler.headers.get("Transfer-Encoding", "").lower():
        while size := int(handler.rfile.readline().partition(b";")[0], 16):
            yield handler.rfile.read(size)
            handler.rfile.readline()
        # Trailers, which nobody on the way reads.
        while handler.rfile.readline().strip():
            pass
        return
    left = int(handler.headers.get("Content-Length") or 0)
    while left and (piece := handler.rfile.read1(min(left, _CHUNK))):
        left -= len(piece)
        yield piece


def _pump(read: Callable[[int], bytes], sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := read(_CHUNK):
            sink.sendall(piece)
    # So that the other direction ends too.
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
