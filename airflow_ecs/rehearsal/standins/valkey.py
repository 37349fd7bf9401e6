"""A real Valkey, on a Unix socket of its own."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.standins import programs
from airflow_ecs.rehearsal.standins.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_ecs.rehearsal.standins.described import Cache

# Amazon ElastiCache User Guide, "Restricted commands".
_RESTRICTED = (
    "bgrewriteaof",
    "bgsave",
    "config",
    "debug",
    "migrate",
    "replicaof",
    "save",
    "shutdown",
    "slaveof",
    "sync",
)

# Of a cache.t4g.micro, in bytes; without a limit no policy would ever matter.
_MAX_MEMORY = 536_870_912


class Valkey:
    """The server of one cache; it keeps nothing when it stops."""

    def __init__(self, wanted: Cache, folder: Path) -> None:
        self._wanted = wanted
        self._program = programs.valkey()
        self._process = ServerProcess("Valkey", folder, signal.SIGTERM)
        self.socket = self._process.sockets / "valkey"

    @property
    def pid(self) -> int | None:
        """The running process's number; None when it does not run."""
        return self._process.pid

    def start(self) -> None:
        """Start empty, and wait until it answers."""
        self._process.stop()
        self._process.start(
            # The lone dash: the configuration, with the token, comes by the standard input.
            [os.fspath(self._program), "-", "--unixsocket", os.fspath(self.socket)],
            is_ready=lambda _: self._answers(),
            configuration=_configuration(self._wanted),
        )

    def wait(self) -> None:
        """Return once the server has ended."""
        self._process.wait()

    def stop(self) -> None:
        """End every connection and the server; fine when it has ended."""
        self._process.stop()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(os.fspath(self.socket)) == 0


def _configuration(wanted: Cache) -> str:
    lines = [
        "port 0",
        "unixsocketperm 600",
        # The command line must stay what it is: it tells whose process this is.
        "set-proc-title no",
        'save ""',
        "appendonly no",
        f"maxmemory {_MAX_MEMORY}",
        f"maxmemory-policy {wanted.max_memory_policy}",
        *(f'rename-command {command} ""' for command in _RESTRICTED),
    ]
    if wanted.auth_token is not None:
        lines.append(f"requirepass {_quoted(wanted.auth_token)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in text.encode()) + '"'
