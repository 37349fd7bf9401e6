"""The revisions of a family, and which of them nobody needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """A registered task definition; `users` are the running tasks and the services that have it."""

    arn: str
    active: bool
    users: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The family that it is of."""
        return self.arn.rpartition("/")[2].rpartition(":")[0]

    @property
    def number(self) -> int:
        """Its place in the family; the latest has the highest."""
        return int(self.arn.rpartition(":")[2])


def unneeded(revisions: Iterable[Revision], keep: int) -> list[Revision]:
    """The revisions of one family to remove, the oldest first.

    Kept are those in use and the latest `keep` active ones. What was deregistered before can
    only be run by whoever has it already.
    """
    newest_first = sorted(revisions, key=lambda revision: revision.number, reverse=True)
    latest = [revision for revision in newest_first if revision.active][:keep]
    return [
        revision
        for revision in reversed(newest_first)
        if revision not in latest and not revision.users
    ]
