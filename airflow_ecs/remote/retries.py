"""Asking AWS again, when it has said that it is busy."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Answer = TypeVar("_Answer")

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 20.0

# What AWS's services answer to those who ask too often.
_THROTTLED = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException"})


def code_and_message(error: BaseException) -> tuple[str, str]:
    """What botocore's ClientError or WaiterError says; two empty texts of any other error."""
    said = _answer(error).get("Error", {})
    return str(said.get("Code", "")), str(said.get("Message", ""))


def is_throttled(error: BaseException) -> bool:
    """Whether AWS was asked too often."""
    return code_and_message(error)[0] in _THROTTLED


def is_unanswered(error: BaseException) -> bool:
    """Whether AWS was asked too often or had an error of its own: nothing is known from it.

    What only reads may be asked again; what it was to change may be changed or not.
    """
    status = _answer(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return is_throttled(error) or status >= 500


def ask_again(
    call: Callable[[], _Answer],
    *,
    on: Callable[[Exception], bool],
    seconds: float,
    say: Callable[[Exception, float], object] = lambda error, pause: None,
) -> _Answer:
    """The answer of `call`, repeated while `on` says that its error passes.

    The pauses grow, and differ from caller to caller, so that those who were refused together
    don't come back together. After `seconds` the last error is raised.
    """
    end = time.monotonic() + seconds
    longest = _FIRST_PAUSE
    while True:
        try:
            return call()
        except Exception as error:
            pause = jittered(longest)
            if not on(error) or time.monotonic() + pause > end:
                raise
            say(error, pause)
        time.sleep(pause)
        longest = min(2 * longest, _LONGEST_PAUSE)


def _answer(error: BaseException) -> dict[str, Any]:
    # A waiter calls it otherwise than a client.
    answer = getattr(error, "response", None) or getattr(error, "last_response", None)
    return answer if isinstance(answer, dict) else {}


def jittered(seconds: float) -> float:
    """Half of it at least, and the rest by chance."""
    return seconds * random.uniform(0.5, 1)  # noqa: S311 - nobody gains by guessing it
