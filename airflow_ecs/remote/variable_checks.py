"""What variables of a container may be; each check raises a sentence that names the parameter."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from airflow_ecs.remote.errors import RemoteTaskError

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")


def mapping(parameter: str, given: Any) -> None:
    """Names with something for each."""
    if not isinstance(given, Mapping):
        raise RemoteTaskError(
            f"{parameter} is {given!r}; write an object, such as {{'NAME': 'value'}}."
        )


def variables(
    environment: Mapping[str, str], values: Mapping[str, str], secrets: Mapping[str, str]
) -> None:
    """Variables of a container, each given once, and the keys that some are read from."""
    given: dict[str, str] = {}
    for parameter, found in (
        ("local_values", environment),
        ("environment_values", values),
        ("secret_values", secrets),
    ):
        mapping(parameter, found)
        for name, value in found.items():
            if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
                raise RemoteTaskError(
                    f"{parameter} has {name!r}, which is no environment variable; write letters, "
                    "digits and underscores."
                )
            if name in given:
                raise RemoteTaskError(
                    f"{name} is in {given[name]} and in {parameter}; write it in one of them."
                )
            if not isinstance(value, str):
                raise RemoteTaskError(f"{parameter}.{name} is {value!r}; write a text.")
            if parameter != "local_values" and not _KEY.fullmatch(value):
                raise RemoteTaskError(
                    f"{parameter}.{name} is {value!r}, which is no key under the parameter path; "
                    "write letters, digits and any of _ . - /"
                )
            given[name] = parameter


def run_values(jit: Any, values: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    """Variables of one run, which may replace local values alone."""
    mapping("jit_values", jit)
    for name in jit:
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            raise RemoteTaskError(
                f"jit_values has {name!r}, which is no environment variable; write letters, "
                "digits and underscores."
            )
        if name in values or name in secrets:
            raise RemoteTaskError(
                f"{name} is in jit_values, and injected too; ECS overrides neither values nor "
                "secrets, so write it in one of them."
            )


def handed_on(wanted: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Keys of values that the deployment hands on."""
    for key in wanted.values():
        if key not in values:
            near = difflib.get_close_matches(key, values, n=1)
            known = ", ".join(sorted(values)) or "none"
            raise RemoteTaskError(
                f"environment_values names {key!r}, which the deployment does not hand on; "
                + (f"did you mean {near[0]}?" if near else f"the values it has: {known}.")
            )
