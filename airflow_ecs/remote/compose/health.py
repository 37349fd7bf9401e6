"""The health check of a service."""

from __future__ import annotations

from typing import Any

from airflow_ecs.remote.compose.errors import ComposeError
from airflow_ecs.remote.compose.units import seconds, whole

_TIMES = {
    "start_period": "healthcheck_waittime",
    "interval": "healthcheck_interval",
    "timeout": "healthcheck_timeout",
}

# Where Compose's default is not that of ECS, in seconds.
_TIMEOUT = 30


def health_check(given: Any, place: str) -> dict[str, Any]:
    """The parameters of a remote task for it; none where there is no check."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ComposeError(place, f"is {given!r}; write an object with `test`.")
    test = given.get("test")
    if given.get("disable") is True or test == ["NONE"]:
        return {}
    for key in given:
        if key not in ("test", "retries", "disable", *_TIMES):
            raise ComposeError(f"{place}.{key}", "is nothing that ECS has; leave it out.")
    return {
        "healthcheck_command": _command(test, f"{place}.test"),
        "healthcheck_timeout": _TIMEOUT,
        **{
            parameter: seconds(f"{place}.{key}", given[key])
            for key, parameter in _TIMES.items()
            if key in given
        },
        **(
            {"healthcheck_retries": whole(f"{place}.retries", given["retries"])}
            if "retries" in given
            else {}
        ),
    }


def _command(test: Any, place: str) -> str | list[str]:
    if isinstance(test, str) and test:
        return test
    if isinstance(test, list) and all(isinstance(word, str) for word in test):
        match test:
            case ["CMD", _, *_]:
                return test[1:]
            case ["CMD-SHELL", text]:
                return str(text)
    raise ComposeError(
        place, f"is {test!r}; write a text, or a list that starts with CMD or CMD-SHELL."
    )
