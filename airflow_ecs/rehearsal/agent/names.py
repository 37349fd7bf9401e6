"""The file of names that the tasks' processes read: host names and their addresses."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Names:
    """Says which host names there are; what it writes is whole at any moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._addresses: dict[str, list[str]] = {}
        self._write()

    def add(self, name: str, address: str) -> None:
        """Let a name lead to an address too; the newest comes first."""
        with self._lock:
            others = [one for one in self._addresses.get(name.lower(), []) if one != address]
            self._addresses[name.lower()] = [address, *others]
            self._write()

    def remove(self, name: str, address: str) -> None:
        """Let a name no longer lead to an address."""
        with self._lock:
            left = [one for one in self._addresses.pop(name.lower(), []) if one != address]
            if left:
                self._addresses[name.lower()] = left
            self._write()

    def address(self, name: str) -> str | None:
        """Where a name leads first, or None."""
        with self._lock:
            return next(iter(self._addresses.get(name.lower(), ())), None)

    def known(self) -> dict[str, str]:
        """Each name, and where it leads first."""
        with self._lock:
            return {name: addresses[0] for name, addresses in self._addresses.items()}

    def _write(self) -> None:
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(self._addresses, indent=1))
        partial.replace(self.path)
