"""One service of a Compose file, as the parameters of a remote task."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.compose import refused
from airflow_ecs.remote.compose.errors import ComposeError
from airflow_ecs.remote.compose.health import health_check
from airflow_ecs.remote.compose.resources import size

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ARCHITECTURES = {"linux/amd64": "X86_64", "linux/arm64": "ARM64", "linux/arm64/v8": "ARM64"}

# They concern a terminal, or how Docker pulls: a task has none, and ECS pulls by itself.
_PASSED_OVER = ("init", "pull_policy", "stdin_open", "tty")

_TAKEN = (
    "command",
    "cpus",
    "depends_on",
    "deploy",
    "environment",
    "healthcheck",
    "image",
    "labels",
    "mem_limit",
    "platform",
    "restart",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A service: what `make_remote_operator` is given for it, and after which others it runs."""

    name: str
    parameters: Mapping[str, Any]
    after: tuple[str, ...]


def read_service(name: str, described: Any, path: Path) -> Service:
    """A service of a file, with its variables replaced.

    Raises:
        ComposeError: it is broken, or asks for what a remote task can't be.
    """
    place = f"{path.name}: services.{name}"
    if not isinstance(described, dict):
        raise ComposeError(place, "is no object; write at least `image` in it.")
    _refuse(described, place)
    image = described.get("image")
    if not isinstance(image, str) or not image:
        raise ComposeError(f"{place}.image", "is missing; write the name of an image.")
    cpu, memory = size(described, place)
    parameters = {
        "task_name": name,
        "task_container": image,
        "task_start_command": _command(described.get("command"), f"{place}.command"),
        "task_cpus": cpu,
        "task_memory": memory,
        "local_values": _pairs(described.get("environment"), f"{place}.environment"),
        "tags": _pairs(described.get("labels"), f"{place}.labels"),
        "architecture": _architecture(described.get("platform"), f"{place}.platform"),
        **health_check(described.get("healthcheck"), f"{place}.healthcheck"),
    }
    after = _after(described.get("depends_on"), f"{place}.depends_on")
    return Service(name=name, parameters=parameters, after=after)


def _refuse(described: Mapping[str, Any], place: str) -> None:
    for key, value in described.items():
        if key in _TAKEN or key in _PASSED_OVER or str(key).startswith("x-"):
            continue
        if value in (None, False, [], {}):
            continue
        if key in refused.WHY:
            raise ComposeError(f"{place}.{key}", f"is set, {refused.WHY[key]}.")
        near = difflib.get_close_matches(str(key), _TAKEN, n=1)
        instead = f"did you mean {near[0]}?" if near else "leave it out, or put it into the image."
        raise ComposeError(f"{place}.{key}", f"is nothing that a remote task has; {instead}")
    # A task that is started again for ever never ends.
    if described.get("restart") not in (None, False, "no"):
        raise ComposeError(
            f"{place}.restart",
            f"is {described['restart']!r}, and Airflow starts a task again; write `retries` in "
            "the DAG, and leave it out.",
        )


def _command(given: Any, place: str) -> Any:
    if given is None:
        return ()
    words = isinstance(given, list) and all(isinstance(word, str) for word in given)
    if not isinstance(given, str) and not words:
        raise ComposeError(
            place, f"is {given!r}; write a text, or a list of texts with numbers in quotes."
        )
    return given


def _pairs(given: Any, place: str) -> dict[str, str]:
    """An object, or a list of NAME=value."""
    if isinstance(given, list):
        split = [str(pair).partition("=") for pair in given]
        given = {name: value if equals else None for name, equals, value in split}
    if given is not None and not isinstance(given, dict):
        raise ComposeError(place, f"is {given!r}; write an object, or a list of NAME=value.")
    pairs = {}
    for name, value in (given or {}).items():
        # Compose takes it from the machine that it runs on, which is none here.
        if value is None or isinstance(value, (bool, list, dict)):
            raise ComposeError(
                f"{place}.{name}", f"is {value!r}; write a text, with true and false in quotes."
            )
        pairs[str(name)] = str(value)
    return pairs


def _architecture(given: Any, place: str) -> str:
    if given is not None and given not in _ARCHITECTURES:
        raise ComposeError(place, f"is {given!r}; write {' or '.join(_ARCHITECTURES)}.")
    return _ARCHITECTURES[given or "linux/amd64"]


def _after(given: Any, place: str) -> tuple[str, ...]:
    if given is None:
        return ()
    if isinstance(given, list) and all(isinstance(name, str) for name in given):
        return tuple(dict.fromkeys(given))
    if not isinstance(given, dict):
        raise ComposeError(place, f"is {given!r}; write a list of services.")
    for name, how in given.items():
        condition = how.get("condition") if isinstance(how, dict) else how
        if condition not in ("service_completed_successfully", "service_started"):
            raise ComposeError(
                f"{place}.{name}",
                f"has the condition {condition!r}, and a task runs after another has ended, never "
                "beside it; write service_completed_successfully.",
            )
    return tuple(given)
