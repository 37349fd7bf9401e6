"""The wildcards of IAM and of load balancers: `*` for any text, `?` for one character."""

from __future__ import annotations

import re
from functools import cache


@cache
def pattern(text: str) -> re.Pattern[str]:
    """The pattern as a regular expression; `*` crosses slashes and colons."""
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in text)
    return re.compile("".join(parts), re.DOTALL)


def like(wanted: str, value: str) -> bool:
    """Whether a value is what a pattern says, to the letter."""
    return pattern(wanted).fullmatch(value) is not None
