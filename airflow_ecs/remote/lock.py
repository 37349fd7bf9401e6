"""A lock that processes on different machines share: a parameter in Parameter Store.

Its value says until when it is taken. Parameter Store numbers the versions of a parameter, and
tells whoever writes one its number: of several who saw the lock free, the one whose write got
the next number has it. It is never deleted, since a parameter of the same name must not follow
a deleted one at once, so the numbers only ever grow.
"""

from __future__ import annotations

import json
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.retries import code_and_message

if TYPE_CHECKING:
    from collections.abc import Iterator

LIFETIME = 60.0
"""Seconds after which a lock is free again whose holder has died."""

# Somebody else was faster.
_TAKEN = frozenset({"ParameterAlreadyExists", "TooManyUpdates"})


@contextmanager
def lock(ssm: Any, name: str) -> Iterator[bool]:
    """Whether the lock is ours, for as long as the block takes and `LIFETIME` at most."""
    taken = _take(ssm, name)
    try:
        yield taken
    finally:
        if taken:
            _write(ssm, name, until=0, overwrite=True)


def _take(ssm: Any, name: str) -> bool:
    until = time.time() + LIFETIME
    try:
        found: dict[str, Any] = ssm.get_parameter(Name=name)["Parameter"]
    except Exception as error:
        if code_and_message(error)[0] != "ParameterNotFound":
            raise
        return _write(ssm, name, until=until, overwrite=False) is not None
    if _until(found["Value"]) > time.time():
        return False
    return _write(ssm, name, until=until, overwrite=True) == int(found["Version"]) + 1


def _write(ssm: Any, name: str, *, until: float, overwrite: bool) -> int | None:
    """The number of the version written, or None when another's came in between."""
    value = json.dumps({"owner": uuid.uuid4().hex, "until": until})
    try:
        answer = ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=overwrite)
    except Exception as error:
        if code_and_message(error)[0] in _TAKEN:
            return None
        raise
    return int(answer["Version"])


def _until(value: str) -> float:
    try:
        return float(json.loads(value)["until"])
    except (ValueError, TypeError, KeyError):
        # Nobody's lock.
        return 0
