"""A Compose file as a whole: its services, and in which order they run."""

from __future__ import annotations

import difflib
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

import yaml

from airflow_ecs.remote.compose.errors import ComposeError
from airflow_ecs.remote.compose.interpolation import interpolated
from airflow_ecs.remote.compose.scalars import load
from airflow_ecs.remote.compose.service import Service, read_service

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# They say nothing of what runs: volumes, networks and the like count where a service asks for
# them, which is refused there.
_PASSED_OVER = ("configs", "name", "networks", "secrets", "version", "volumes")


def read(
    path: Path, variables: Mapping[str, str], chosen: Sequence[str] | None = None
) -> list[Service]:
    """The services of a file, each after those that it depends on.

    Args:
        path: The file.
        variables: What `${NAME}` in it stands for.
        chosen: Which services; all of them unless given.

    Raises:
        ComposeError: the file is broken, or asks for what a remote task can't be.
    """
    # The whole path, and the shorter name in what follows.
    described = _services(path)
    for name in chosen or ():
        if name not in described:
            raise ComposeError(str(path), f"has no service {name!r}; {_nearest(name, described)}")
    names = list(described) if chosen is None else list(dict.fromkeys(chosen))
    services = {name: _service(name, described[name], variables, path) for name in names}
    return [services[name] for name in _in_order(services, described, path)]


def _service(name: str, described: Any, variables: Mapping[str, str], path: Path) -> Service:
    place = f"{path.name}: services.{name}"
    try:
        return read_service(name, interpolated(described, place, variables), path)
    except RecursionError:
        raise ComposeError(place, "refers to itself by an alias of YAML; write it out.") from None


def _services(path: Path) -> Mapping[str, Any]:
    try:
        document = load(path.read_text())
    except OSError as error:
        raise ComposeError(str(path), f"can't be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        said = " ".join(str(error).split())
        raise ComposeError(str(path), f"is not YAML: {said}.") from None
    if not isinstance(document, dict):
        raise ComposeError(str(path), "is no Compose file; write an object with `services`.")
    for key in document:
        if key == "include":
            raise ComposeError(f"{path.name}: include", "is set, and one file is read alone.")
        if key != "services" and key not in _PASSED_OVER and not str(key).startswith("x-"):
            raise ComposeError(f"{path.name}: {key}", "is no key of a Compose file.")
    services = document.get("services")
    if not isinstance(services, dict) or not services:
        raise ComposeError(str(path), "has no services; write at least one under `services`.")
    return services


def _in_order(
    services: Mapping[str, Service], described: Mapping[str, Any], path: Path
) -> Sequence[str]:
    for service in services.values():
        for name in service.after:
            place = f"{path.name}: services.{service.name}.depends_on"
            if name not in described:
                raise ComposeError(
                    place, f"names {name!r}, which is no service; {_nearest(name, described)}"
                )
            if name not in services:
                raise ComposeError(place, f"names {name!r}, which was not chosen; choose it too.")
    graph = {name: service.after for name, service in services.items()}
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise ComposeError(
            f"{path.name}: services", f"depend on each other in a circle: {circle}; break it."
        ) from None


def _nearest(name: str, names: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"it has {', '.join(names)}."
