"""What each verb of `airflow-ecs tasks` prints and does."""

from __future__ import annotations

import difflib
import time
from itertools import groupby
from typing import TYPE_CHECKING

from airflow_ecs.tasks.definitions import DELETED_AT_ONCE, Definitions
from airflow_ecs.tasks.errors import TasksError
from airflow_ecs.tasks.revisions import Revision, unneeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Seconds from one to the next. AWS lets an account register and deregister once a second in
# all: half of that is left to the DAGs.
_PACE = 2.0


def list_revisions(definitions: Definitions, prefix: str) -> Iterator[str]:
    """A line for each revision of the families that start so."""
    revisions = definitions.revisions(_families(definitions, prefix))
    name = max(len(revision.family) for revision in revisions)
    yield f"{'FAMILY':<{name}}  REVISION  STATUS    USED BY"
    for revision in revisions:
        status = "active" if revision.active else "inactive"
        users = ", ".join(revision.users)
        yield f"{revision.family:<{name}}  {revision.number:>8}  {status:<8}  {users}".rstrip()


def diff(definitions: Definitions, family: str) -> Iterator[str]:
    """What the last revision of a family has changed, a line for each value."""
    if family not in definitions.families(family):
        near = difflib.get_close_matches(family, definitions.families(""), n=1)
        raise TasksError(
            f"there is no family {family}; "
            + (f"did you mean {near[0]}?" if near else "`airflow-ecs tasks list` shows them.")
        )
    revisions = definitions.revisions([family])
    if len(revisions) < 2:
        raise TasksError(f"{family} has one revision, and nothing to compare it with.")
    before, after = revisions[-2:]
    yield f"{family}: {before.number} -> {after.number}"
    changes = definitions.definition(before).diff(definitions.definition(after))
    yield from changes or ["no difference"]


def collect(
    definitions: Definitions,
    prefix: str,
    *,
    keep: int,
    apply: bool,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[str]:
    """Remove what nobody needs of the families that start so; without `apply`, say what."""
    removed = 0
    revisions = definitions.revisions(_families(definitions, prefix))
    for family, group in groupby(revisions, key=lambda revision: revision.family):
        old = unneeded(group, keep)
        removed += len(old)
        if old:
            verb = "removing" if apply else "would remove"
            yield f"{family}: {verb} {', '.join(str(revision.number) for revision in old)}"
        if apply:
            yield from _remove(definitions, old, pause)
    if not removed:
        yield "nothing to remove"
    elif not apply:
        yield f"{removed} in all; nothing is removed without --apply"


def _remove(
    definitions: Definitions, revisions: Sequence[Revision], pause: Callable[[float], None]
) -> Iterator[str]:
    """Deregister and delete, ten by ten: an interruption leaves nothing that a next run misses."""
    for start in range(0, len(revisions), DELETED_AT_ONCE):
        some = revisions[start : start + DELETED_AT_ONCE]
        for revision in some:
            if revision.active:
                definitions.deregister(revision)
                pause(_PACE)
        yield from definitions.delete(some)


def _families(definitions: Definitions, prefix: str) -> list[str]:
    found = definitions.families(prefix)
    if not found:
        raise TasksError(
            f"no family of task definitions starts with {prefix!r} in this account and region; "
            "those of remote tasks start with the deployment's name and environment, such as "
            "airflow-dev-task-."
        )
    return found
