"""Tells how far a deployment has come, and how long it took to."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, TextIO

from airflow_ecs.rehearsal.tree import short_type

if TYPE_CHECKING:
    from types import TracebackType

    from airflow_ecs.rehearsal.declared import Declared


class Laps:
    """Tells how long each step took, in seconds since the one before."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = time.monotonic()

    def end(self, step: str) -> None:
        """A step has ended."""
        now = time.monotonic()
        print(f"{step}: {now - self._last:.1f} s", file=self._stream, flush=True)
        self._last = now


class Progress:
    """One line that changes in place on a terminal, a line for each resource elsewhere."""

    def __init__(self, stream: TextIO, *, total: int) -> None:
        self._stream = stream
        self._total = total
        self._done = 0
        self._in_place = stream.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._in_place:
            self._write("\r\x1b[K")

    def show(self, declared: Declared) -> None:
        """Count one more resource; components don't count."""
        if not (declared.custom or declared.remote):
            return
        self._done += 1
        width = len(str(self._total))
        line = f"[{self._done:{width}}/{self._total}] {short_type(declared.type)} {declared.name}"
        if self._in_place:
            columns = shutil.get_terminal_size().columns
            self._write(f"\r{line[: columns - 1]}\x1b[K")
        else:
            self._write(f"{line}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
