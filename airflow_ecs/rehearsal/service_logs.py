"""The plain files into which the agent writes what services say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# A line that Airflow logs as an error, or the last line of a traceback.
_TROUBLE = re.compile(r"\[(?:error|critical)\s*\]|^[\w.]*(?:Error|Exception|Denied)\b: ")
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\S+ ")

# How much of one service is shown.
_LINES = 4
_WIDTH = 300


class ServiceLogs:
    """The logs of one rehearsal, one file a service."""

    def __init__(self, state_folder: Path) -> None:
        self._folder = state_folder / "logs"

    def names(self) -> list[str]:
        """The services that have written a log."""
        return sorted(file.stem for file in self._folder.glob("*.log"))

    def find(self, service: str) -> list[str]:
        """The names that `service` means: its own, or each that ends in it."""
        names = self.names()
        if service in names:
            return [service]
        return [name for name in names if name.endswith(f"-{service}")]

    def file(self, name: str) -> Path:
        """Where a service's log is."""
        return self._folder / f"{name}.log"

    def sizes(self) -> dict[str, int]:
        """How long each log is, in bytes: a mark for `trouble`."""
        return {name: self.file(name).stat().st_size for name in self.names()}

    def trouble(self, services: Iterable[str], since: dict[str, int]) -> str:
        """What these services have said of errors since the mark; empty when nothing."""
        return "\n".join(
            f"{name} said:\n{said}"
            for service in dict.fromkeys(services)
            for name in self.find(service)
            if (said := self._trouble(name, since.get(name, 0)))
        )

    def _trouble(self, name: str, since: int) -> str:
        with self.file(name).open("rb") as file:
            file.seek(since)
            lines = file.read().decode(errors="replace").splitlines()
        found = (_TIME.sub("", line)[:_WIDTH] for line in lines if _TROUBLE.search(line))
        # What is said again and again is shown once.
        return "\n".join(f"  {line}" for line in [*dict.fromkeys(found)][-_LINES:])
