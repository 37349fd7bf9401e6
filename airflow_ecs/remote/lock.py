"""A lock that processes on different machines share: a parameter in Parameter Store.

Its value says until when it is taken. Parameter Store numbers the versions of a parameter, and
tells whoever writes one its number: of several who saw the lock free, the one whose write got
the next number has it. It is never deleted, since a parameter of the same name must not follow
a deleted one at once, so the numbers only ever grow.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.retries import ask_again, code_and_message, is_throttled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

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
            _give_back(ssm, name)


def _take(ssm: Any, name: str) -> bool:
    try:
        found: dict[str, Any] = _asked(lambda: ssm.get_parameter(Name=name))["Parameter"]
    except Exception as error:
        if code_and_message(error)[0] != "ParameterNotFound":
            raise
        return _write(ssm, name, lifetime=LIFETIME, overwrite=False) is not None
    if _until(found["Value"]) > time.time():
        return False
    return _write(ssm, name, lifetime=LIFETIME, overwrite=True) == int(found["Version"]) + 1


def _give_back(ssm: Any, name: str) -> None:
    try:
        _write(ssm, name, lifetime=0, overwrite=True)
    except Exception as error:
        # What it was held for is done, and it ends by itself.
        log.warning("The lock %s is free in %.0f s and no sooner: %s", name, LIFETIME, error)


def _write(ssm: Any, name: str, *, lifetime: float, overwrite: bool) -> int | None:
    """The number of the version written, or None when another's came in between."""

    def put() -> Any:
        # Counted from the attempt that succeeds.
        until = time.time() + lifetime if lifetime else 0
        value = json.dumps({"owner": uuid.uuid4().hex, "until": until})
        return ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=overwrite)

    try:
        answer = _asked(put)
    except Exception as error:
        if code_and_message(error)[0] in _TAKEN:
            return None
        raise
    return int(answer["Version"])


def _asked(call: Callable[[], Any]) -> Any:
    return ask_again(call, on=is_throttled, seconds=LIFETIME)


def _until(value: str) -> float:
    try:
        return float(json.loads(value)["until"])
    except (ValueError, TypeError, KeyError):
        # Nobody's lock.
        return 0
