"""Starts, asks and ends one process of a container."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.agent import leftovers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Process:
    """A process in a session of its own, with what it says on standard output as `output`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        records: Path,
        mark: str,
    ) -> None:
        """Start it; `OSError` when it can't be. `mark` is a variable that only it has."""
        self._records = records
        self._mark = mark
        self._popen = subprocess.Popen(  # noqa: S603
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # Both in one, as they were written.
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid = self._popen.pid
        leftovers.record(records, self.pid, mark)
        assert self._popen.stdout is not None  # noqa: S101 - by PIPE
        self.output = self._popen.stdout

    def wait(self, patience: float | None = None) -> int | None:
        """How it ended, 128 + n for signal n as a container tells it; None if it still runs."""
        try:
            code = self._popen.wait(patience)
        except subprocess.TimeoutExpired:
            return None
        return code if code >= 0 else 128 - code

    def terminate(self) -> None:
        """Ask it to end: the process itself, not its children."""
        self._popen.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, and all that came from it."""
        leftovers.kill_session(self.pid, self._mark)
        self._popen.wait()
        leftovers.forget(self._records, self.pid)
