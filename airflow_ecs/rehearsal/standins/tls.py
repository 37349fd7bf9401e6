"""The TLS front of a stand-in: what a client meets at the endpoint of RDS or ElastiCache.

The servers of the wheels are built without TLS. They listen on a Unix socket that nobody else
can open, and a front brings each connection there.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.standins.streams import PlainStream, TlsStream, relay

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from pathlib import Path

    from airflow_ecs.rehearsal.standins.streams import Stream

    Greet = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Stream | None]]

# Seconds until a client must have begun; PostgreSQL's authentication_timeout.
_PATIENCE = 60.0

# Connections that wait to be taken, when many processes start at once.
_BACKLOG = 256


class Front:
    """Listens on a loopback address, and brings what it takes to a server's socket.

    `greet` is the protocol's own beginning: it returns the client's stream, or None when the
    client was refused.
    """

    def __init__(self, address: tuple[str, int], socket: Path, greet: Greet) -> None:
        self._address = address
        self._socket = socket
        self._greet = greet
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="front", daemon=True)
        self._listener: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Listen; raise `RehearsalError` where the address can't be had."""
        self._thread.start()
        try:
            self._run(self._listen())
        except OSError as error:
            self.stop()
            host, port = self._address
            message = (
                f"{host}:{port} can't be listened on: {error.strerror}. End the process that "
                f"has the port, or give the stand-in another address."
            )
            raise RehearsalError(message) from error

    def stop(self) -> None:
        """Close the listener and every connection, for ever."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._take, *self._address, backlog=_BACKLOG)

    async def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = self._loop.create_task(self._connect(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that goes away, a server that is down, bytes that are no TLS: the connection
        # ends, which is all that the client of a real endpoint would see.
        with contextlib.suppress(OSError, EOFError):
            async with _closing(writer):
                async with asyncio.timeout(_PATIENCE):
                    client = await self._greet(reader, writer)
                if client is None:
                    return
                to_server = await asyncio.open_unix_connection(self._socket)
                async with _closing(to_server[1]):
                    await relay(client, PlainStream(*to_server))


@contextlib.asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Close at the end; what is on its way still arrives, unless the end is a failure."""
    try:
        yield
        writer.close()
        await writer.wait_closed()
    finally:
        writer.transport.abort()


def plain() -> Greet:
    """No TLS: the client's bytes as they come."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Stream:
        return PlainStream(reader, writer)

    return greet


def tls(context: ssl.SSLContext) -> Greet:
    """TLS from the first byte, as ElastiCache."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Stream:
        stream = TlsStream(reader, writer, context)
        await stream.handshake()
        return stream

    return greet
