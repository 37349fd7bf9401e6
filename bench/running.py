"""A rehearsal that runs, for what is measured of its services."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.image_environment import BuildContext, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parent.parent

# The first words that `up` says in each of its steps after the plan.
_STEPS = {"deploy, migration included": "[  1/", "start the services": "starting the services"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """The first process of a service, as the agent has started it."""

    environment: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A rehearsal of this repository's stack dev. `steps` are the seconds that `up` took."""

    state: dict[str, Any]
    steps: dict[str, float]
    services: dict[str, Process]

    @property
    def image(self) -> Path:
        """The Python environment of the stack's own image."""
        path = self.services["scheduler"].environment["PATH"].split(os.pathsep)
        return Path(path[1])

    def in_image(self, service: str) -> dict[str, str]:
        """A service's environment in the image: without what leads to its place here."""
        return self.services[service].environment | {"PYTHONPATH": os.fspath(PROJECT)}


@contextmanager
def running() -> Iterator[Running]:
    """Bring a copy of this project up, and down afterwards.

    The environment of its image is the repository's own, and made before, if it is not there.
    """
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for file in (*PROJECT.glob("Pulumi*.yaml"), PROJECT / "__main__.py"):
            shutil.copy(file, project)
        shutil.copy(PROJECT / "settings.py", project)
        images = PROJECT / ".airflow-ecs" / "images"
        images.mkdir(parents=True, exist_ok=True)
        # Under its own path, which its scripts name.
        pins = PROJECT / "docker" / "requirements.txt"
        environment(BuildContext(folder=PROJECT, requirements=pins), images, print)
        (project / ".airflow-ecs").mkdir()
        (project / ".airflow-ecs" / "images").symlink_to(images)
        try:
            steps = _up(project)
            rehearsal = project / ".airflow-ecs" / "dev"
            state = json.loads((rehearsal / "state.json").read_text())
            yield Running(state=state, steps=steps, services=_services(rehearsal))
        finally:
            subprocess.run(_command("down", project), check=True, stdout=subprocess.DEVNULL)


def _up(project: Path) -> dict[str, float]:
    variables = os.environ | {"PYTHONPATH": os.fspath(PROJECT)}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    begun, step, steps = time.monotonic(), "plan", {}
    with subprocess.Popen(
        _command("rehearse", project),
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as up:
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


def _command(verb: str, project: Path) -> list[str]:
    return [sys.executable, "-m", "airflow_ecs.cli", verb, "--project", os.fspath(project)]


def _services(rehearsal: Path) -> dict[str, Process]:
    """The services' processes, by what is on record of them."""
    found = {}
    for record in (rehearsal / "processes").iterdir():
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
