"""How many tasks a service shall have, and when: the decisions of its scheduler."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Seconds after which a task counts as one that has started well.
_STEADY = 60.0

# Seconds before the next try: doubled with each task that did not start well. ECS goes on to
# fifteen minutes; whoever mends something here sits before it.
_FIRST_DELAY = 1.0
_LONGEST_DELAY = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """A task of a service that shall run: `current` by its definition, `well` by its health."""

    arn: str
    current: bool
    well: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What to do now: how many tasks to start, which to stop, and when to decide again."""

    start: int = 0
    stop: tuple[str, ...] = ()
    again: float | None = None


@dataclass(kw_only=True, slots=True)
class Restarts:
    """The restarts of one service, which grow rarer while its tasks don't start well."""

    failures: int = 0
    not_before: float = field(default=0.0)

    def ended(self, lasted: float, now: float) -> None:
        """A task has ended by itself, or failed its health check, after so many seconds."""
        self.failures = 0 if lasted > _STEADY else self.failures + 1
        delay = _FIRST_DELAY * 2 ** (self.failures - 1) if self.failures else 0.0
        self.not_before = now + min(delay, _LONGEST_DELAY)


def decide(wanted: int, live: Sequence[Live], restarts: Restarts, now: float) -> Decision:
    """Bring a service to the number of tasks that it shall have.

    New tasks of a changed definition start beside the old ones, which stop once they are well.
    """
    current = [one for one in live if one.current]
    old = [one for one in live if not one.current]
    stop = [one.arn for one in current[wanted:]]
    if sum(one.well for one in current) >= wanted:
        stop += [one.arn for one in old]
    missing = max(0, wanted - len(current))
    if missing and now < restarts.not_before:
        return Decision(stop=tuple(stop), again=restarts.not_before)
    return Decision(start=missing, stop=tuple(stop))
