"""A rehearsal that runs, for what is measured of its services."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rehearsed import ROOT, Rehearsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.state import State
    from tests.rehearsed import Container

# What `up` says at the end of each step.
_STEP = re.compile(r"^([\w, ]+): ([\d.]+) s$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A rehearsal of this repository's stack dev. `steps` are the seconds that `up` took."""

    state: State
    steps: dict[str, float]
    services: dict[str, Container]

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
            yield Running(state=rehearsed.state, steps=steps, services=rehearsed.containers())
        finally:
            rehearsed.down()


def _up(rehearsed: Rehearsed) -> dict[str, float]:
    """Start it; the seconds that it says each step took."""
    with rehearsed.begin() as up:
        said = up.stderr.read() if up.stderr else ""
    if up.returncode:
        raise RuntimeError(said[-2000:])
    return {step: float(seconds) for step, seconds in _STEP.findall(said)}
