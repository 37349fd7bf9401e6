"""A rehearsal that runs, for what is measured of its services."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rehearsed import ROOT, Rehearsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.state import State

# The first words that `up` says in each of its steps after the plan.
_STEPS = {"deploy, migration included": "[  1/", "start the services": "starting the services"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """The first process of a service, as the agent has started it."""

    environment: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A rehearsal of this repository's stack dev. `steps` are the seconds that `up` took."""

    state: State
    steps: dict[str, float]
    services: dict[str, Process]

    @property
    def image(self) -> Path:
        """The Python environment of the stack's own image."""
        path = self.services["scheduler"].environment["PATH"].split(os.pathsep)
        return Path(path[1])

    def in_image(self, service: str) -> dict[str, str]:
        """A service's environment in the image: without what leads to its place here."""
        return self.services[service].environment | {"PYTHONPATH": os.fspath(ROOT)}


@contextmanager
def running() -> Iterator[Running]:
    """Bring a copy of this project up, and down afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        rehearsed = Rehearsed.copied_to(Path(folder))
        try:
            steps = _up(rehearsed)
            processes = rehearsed.folder / ".airflow-ecs" / "dev" / "processes"
            yield Running(state=rehearsed.state, steps=steps, services=_services(processes))
        finally:
            rehearsed.down()


def _up(rehearsed: Rehearsed) -> dict[str, float]:
    begun, step, steps = time.monotonic(), "plan", {}
    with rehearsed.begin() as up:
        said = []
        for line in up.stderr or ():
            said.append(line)
            for name, words in _STEPS.items():
                if line.startswith(words):
                    steps[step], begun, step = time.monotonic() - begun, time.monotonic(), name
    steps[step] = time.monotonic() - begun
    if up.returncode:
        raise RuntimeError("".join(said[-20:]))
    return steps


def _services(records: Path) -> dict[str, Process]:
    """The services' processes, by what is on record of them."""
    found = {}
    for record in records.iterdir():
        for process in (record.name, *_children(record.name)):
            variables = _environment(process)
            # Celery writes a title over the first process's; its children keep theirs.
            if "AIRFLOW_HOME" in variables:
                # Each container's folder has the name of its service.
                name = Path(variables["HOME"]).name
                found[name] = Process(environment=variables)
                break
    return found


def _children(pid: str) -> list[str]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [child for one in threads for child in (one / "children").read_text().split()]


def _environment(pid: str) -> dict[str, str]:
    variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(one.split("=", 1) for one in variables if "=" in one)
