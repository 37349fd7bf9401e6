"""Loopback addresses: one for each task, so that two may listen on the same port."""

from __future__ import annotations

import socket
import threading

# The port on which ECS's own agent tells about itself. Whoever listens on it at 127.0.X.1 has
# all of 127.0.X.*, until it ends, however it ends.
_CLAIM_PORT = 51678

_LAST = 254


class Addresses:
    """Gives out addresses of this machine alone.

    Where there is only 127.0.0.1, as on macOS, everyone gets that: there, two tasks that
    listen on the same port can't run at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: set[int] = set()
        self._last = 1
        self._claim, self._network = _claim()

    @property
    def own(self) -> str:
        """The address of the agent itself."""
        return self._address(1)

    @property
    def are_many(self) -> bool:
        """Whether each task has an address of its own."""
        return self._network is not None

    def take(self) -> str:
        """An address that nobody has; one that was given back comes last."""
        with self._lock:
            for step in range(_LAST - 1):
                number = 2 + (self._last - 1 + step) % (_LAST - 1)
                if number not in self._taken:
                    self._taken.add(number)
                    self._last = number
                    return self._address(number)
        message = f"all {_LAST - 1} addresses of this rehearsal are taken; stop some tasks first."
        raise OSError(message)

    def give_back(self, address: str) -> None:
        """Let others have it."""
        with self._lock:
            self._taken.discard(int(address.rsplit(".", 1)[-1]))

    def close(self) -> None:
        """Let another agent have them all."""
        if self._claim is not None:
            self._claim.close()

    def _address(self, number: int) -> str:
        return "127.0.0.1" if self._network is None else f"127.0.{self._network}.{number}"


def _claim() -> tuple[socket.socket | None, int | None]:
    for network in range(1, 255):
        claim = socket.socket()
        try:
            claim.bind((f"127.0.{network}.1", _CLAIM_PORT))
            claim.listen(1)
        except OSError:
            claim.close()
            continue
        return claim, network
    return None, None
