"""A connection's two directions, plain or under TLS, each of which can end alone."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import Protocol

_CHUNK = 64 * 1024


class Stream(Protocol):
    """One side of a connection."""

    async def read(self) -> bytes:
        """What has come; nothing once the other side has ended its direction."""
        ...

    async def write(self, data: bytes) -> None:
        """Send, as fast as the other side takes it."""
        ...

    async def end(self) -> None:
        """End this direction; the other side may go on sending."""
        ...


class PlainStream:
    """TCP or a Unix socket; `first` has been read already."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes = b""
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._first = first

    async def read(self) -> bytes:
        """See `Stream`."""
        first, self._first = self._first, b""
        return first or await self._reader.read(_CHUNK)

    async def write(self, data: bytes) -> None:
        """See `Stream`."""
        self._writer.write(data)
        await self._writer.drain()

    async def end(self) -> None:
        """See `Stream`."""
        self._writer.write_eof()


class TlsStream:
    """The server's side of TLS; begins with `handshake`.

    asyncio's own TLS closes both directions as soon as the client ends one, and loses the answer
    that is under way.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        context: ssl.SSLContext,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    async def handshake(self) -> None:
        """Agree with the client; raise `ssl.SSLError` after telling it why not."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                await self._receive()
            except ssl.SSLError:
                self._flush()
                raise
            else:
                self._flush()
                return

    async def read(self) -> bytes:
        """See `Stream`."""
        while True:
            try:
                data = self._tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                # Reading may have made an answer, such as a new key. It is not waited for: the
                # client may send all it has before it takes anything.
                self._flush()
                await self._receive()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""
            else:
                return data

    async def write(self, data: bytes) -> None:
        """See `Stream`."""
        self._tls.write(data)
        self._flush()
        await self._writer.drain()

    async def end(self) -> None:
        """See `Stream`."""
        # It would wait for the client's own end, which may come later.
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        self._flush()
        self._writer.write_eof()

    async def _receive(self) -> None:
        data = await self._reader.read(_CHUNK)
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        if data := self._outgoing.read():
            self._writer.write(data)


async def relay(client: Stream, server: Stream) -> None:
    """Pass on what either side sends, until both have ended or one is gone."""
    try:
        async with asyncio.TaskGroup() as directions:
            directions.create_task(_pass_on(client, server))
            directions.create_task(_pass_on(server, client))
    except* OSError:
        # Neither can be told more than that the connection ends.
        pass


async def _pass_on(source: Stream, target: Stream) -> None:
    while data := await source.read():
        await target.write(data)
    await target.end()
