"""The first packets of a PostgreSQL connection, which agree on encryption.

PostgreSQL 17 documentation, 53.2.1 (start-up), 53.2.8 (cancelling), 53.2.10 (SSL), 53.7 (formats).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.standins.streams import PlainStream, TlsStream

if TYPE_CHECKING:
    import asyncio
    import ssl

    from airflow_ecs.rehearsal.standins.streams import Stream
    from airflow_ecs.rehearsal.standins.tls import Greet

_HEADER = struct.Struct("!II")  # the packet's length, itself included, and what it asks
_CANCEL, _SSL, _GSS = 80877102, 80877103, 80877104
_LIMIT = 10_000  # MAX_STARTUP_PACKET_LENGTH of the server


def postgres(context: ssl.SSLContext, *, force_tls: bool) -> Greet:
    """Offer TLS; with `force_tls`, refuse whoever does without, as `rds.force_ssl=1` does."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Stream | None:
        while True:
            header = await reader.readexactly(_HEADER.size)
            length, asked = _HEADER.unpack(header)
            if not _HEADER.size <= length <= _LIMIT:
                return None
            rest = await reader.readexactly(length - _HEADER.size)
            if asked == _SSL:
                writer.write(b"S")
                encrypted = TlsStream(reader, writer, context)
                await encrypted.handshake()
                return encrypted
            if asked == _GSS:
                writer.write(b"N")
                continue
            # libpq before 17 asks to cancel without encryption, which every server takes.
            if force_tls and asked != _CANCEL:
                writer.write(_refusal(str(writer.get_extra_info("peername")[0]), rest))
                await writer.drain()
                return None
            return PlainStream(reader, writer, first=header + rest)

    return greet


def _refusal(host: str, start_up: bytes) -> bytes:
    """The ErrorResponse of a server whose pg_hba.conf lets in encrypted connections alone."""
    words = start_up.decode(errors="replace").split("\0")
    given = dict(zip(words[::2], words[1::2], strict=False))
    user = given.get("user", "")
    database = given.get("database", user)
    fields = {
        "S": "FATAL",
        "V": "FATAL",
        "C": "28000",  # invalid_authorization_specification
        "M": f'no pg_hba.conf entry for host "{host}", user "{user}", database "{database}", '
        "no encryption",
    }
    body = b"".join(f"{kind}{text}\0".encode() for kind, text in fields.items()) + b"\0"
    return b"E" + struct.pack("!I", 4 + len(body)) + body
