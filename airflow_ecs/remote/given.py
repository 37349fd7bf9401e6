"""What a DAG writes, in the form that a remote task holds."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from airflow_ecs.remote import checks, variable_checks
from airflow_ecs.remote.errors import RemoteTaskError


def text(given: Enum | str) -> str:
    """A text, which may be a member of an enum."""
    return str(given.value) if isinstance(given, Enum) else given


def command(given: str | Sequence[str] | None) -> Sequence[str]:
    """The words of a command; none for the image's own."""
    if given is None:
        return ()
    if isinstance(given, str):
        try:
            return shlex.split(given)
        except ValueError:
            raise RemoteTaskError(
                f"task_start_command is {given!r}, which has a quote or a backslash without its "
                "end; write that too, or a list of words."
            ) from None
    checks.texts("task_start_command", given)
    return tuple(given)


def keys(parameter: str, given: Mapping[str, str] | Sequence[str] | None) -> dict[str, str]:
    """Variables and the keys they are read from; keys alone name them in capitals."""
    if given is None or isinstance(given, Mapping):
        return dict(given or {})
    listed = [given] if isinstance(given, str) else given
    checks.texts(parameter, listed)
    found: dict[str, str] = {}
    for key in listed:
        name = "".join(c if c.isalnum() else "_" for c in key).upper()
        if found.setdefault(name, key) != key:
            raise RemoteTaskError(
                f"{parameter} has {found[name]!r} and {key!r}, and both would be {name}; write "
                f"the variables too, such as {{{name!r}: {key!r}}}."
            )
    return found


def pairs(parameter: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Names with something for each; none unless given."""
    if given is None:
        return {}
    variable_checks.mapping(parameter, given)
    return dict(given)
