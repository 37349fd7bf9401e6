"""A rehearsal of this repository's own program, as a user runs it, and what faults do to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import yaml

from airflow_ecs.rehearsal.airflow_api import AirflowApi
from airflow_ecs.rehearsal.deployed import Deployed
from airflow_ecs.rehearsal.image_environment import BuildContext, environment
from airflow_ecs.rehearsal.services import Service, Services
from airflow_ecs.rehearsal.smoke_run import has_ended, wait_for_dag
from airflow_ecs.rehearsal.state import State, StateFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow_ecs.rehearsal.airflow_api import Run

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0
"""Seconds for what takes a few on two idle cores."""


def image_environment() -> Path:
    """The repository's own environment of its image; made when it is not there yet."""
    requirements = ROOT / "docker" / "requirements.txt"
    context = BuildContext(folder=ROOT, requirements=requirements)
    return environment(context, ROOT / ".airflow-ecs" / "images", print)


@dataclass(frozen=True)
class Container:
    """The first process of a container, and the environment that the agent has given it."""

    pid: int
    environment: dict[str, str]


@dataclass(frozen=True)
class Rehearsed:
    """A copy of the project in a folder of its own."""

    folder: Path
    stack: str = "dev"

    @property
    def cluster(self) -> str:
        """The ECS cluster, whose name its services' begin with."""
        return f"airflow-{self.stack}"

    @classmethod
    def copied_to(cls, folder: Path, stack: str = "dev") -> Rehearsed:
        """Copy the program; the environment of its image is the repository's own.

        It is made under its own path, which its scripts name.
        """
        for file in (*ROOT.glob("Pulumi*.yaml"), ROOT / "__main__.py", ROOT / "settings.py"):
            shutil.copy(file, folder)
        (folder / ".airflow-ecs").mkdir()
        (folder / ".airflow-ecs" / "images").symlink_to(image_environment().parent)
        return cls(folder, stack)

    def configure(self, **settings: object) -> None:
        """Add settings to the stack's file."""
        file = self.folder / f"Pulumi.{self.stack}.yaml"
        content = yaml.safe_load(file.read_text())
        content["config"] |= {f"airflow:{key}": value for key, value in settings.items()}
        file.write_text(yaml.safe_dump(content))

    @contextmanager
    def running(self) -> Iterator[subprocess.CompletedProcess[str]]:
        """Up, with what that has printed; afterwards down, with no process left."""
        up = self.up()
        try:
            assert up.returncode == 0, up.stderr
            yield up
        finally:
            self.down()
        assert self.processes() == {}

    def up(self) -> subprocess.CompletedProcess[str]:
        """Rehearse."""
        return self._run("rehearse")

    def smoke(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a DAG on it, and look at all that has a part in it."""
        return self._run("smoke", "--pools", str(ROOT / "docker" / "pools.json"), *options)

    def down(self) -> subprocess.CompletedProcess[str]:
        """End it."""
        return self._run("down")

    def begin(self) -> subprocess.Popen[str]:
        """Begin to rehearse, in a process to interrupt."""
        return subprocess.Popen(
            self._command("rehearse"),
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def state(self) -> State:
        """What is remembered of it."""
        state = StateFolder(self.folder, self.stack).read()
        assert state is not None
        return state

    def client(self, service: str) -> Any:
        """A client of its account."""
        keys = boto3.Session("rehearsal", "rehearsal", region_name=self.state.region)
        return keys.client(service, endpoint_url=self.state.endpoint)

    @property
    def services(self) -> Services:
        """How its services are, as `up` asks."""
        return Services(self.state.endpoint, self.state.region)

    def service(self, name: str) -> Service:
        """How one is."""
        return next(one for one in self.services.now() if one.name == f"{self.cluster}-{name}")

    def ends(self, *names: str) -> dict[str, tuple[str, ...]]:
        """How the earlier tasks of each service, or of these, have ended."""
        chosen = {f"{self.cluster}-{name}" for name in names}
        return {
            one.name: one.ends for one in self.services.now() if not chosen or one.name in chosen
        }

    def wait_until_well(self) -> None:
        """Wait until all services are well, however often they have been started again."""
        wait(lambda: all(service.is_well for service in self.services.now()), "all are well")

    def processes(self) -> dict[int, str]:
        """Every process that has to do with it, and its command line."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                with suppress(OSError):
                    if any(os.fsencode(self.folder) in trace for trace in _traces(entry)):
                        found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        return found

    def processes_of(self, words: str) -> list[int]:
        """The processes with these words in their command line, the eldest first."""
        found = [pid for pid, command in self.processes().items() if words in command]
        return sorted(found, key=_begun)

    def containers(self) -> dict[str, Container]:
        """The containers of its services, by name, from what is on record of processes."""
        found = {}
        for record in (self.folder / ".airflow-ecs" / self.stack / "processes").iterdir():
            for process in (record.name, *_children(record.name)):
                variables = _environment(process)
                # Celery writes a title over the first process's; its children keep theirs.
                if "AIRFLOW_HOME" in variables:
                    # Each container's folder has the name of its service.
                    name = Path(variables["HOME"]).name
                    found[name] = Container(pid=int(record.name), environment=variables)
                    break
        return found

    def connections(self, server: int) -> list[int]:
        """The processes of PostgreSQL that serve a client each."""
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        titles = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in children}
        return [pid for pid, title in titles.items() if "postgres: airflow " in title]

    def log(self, service: str) -> str:
        """What a service has said."""
        logs = self.folder / ".airflow-ecs" / self.stack / "logs"
        return (logs / f"{self.cluster}-{service}.log").read_text(errors="replace")

    def api(self) -> AirflowApi:
        """Airflow's API, as the administrator."""
        deployed = Deployed(self.state)
        return AirflowApi(deployed.airflow, *deployed.admin())

    def trigger(self) -> Run:
        """Start a run of the example DAG."""
        api = self.api()
        wait_for_dag(api, "example")
        return api.start("example", {})

    def outcome(self, run: Run) -> str:
        """Wait for the end of a run; its state."""
        api = self.api()
        wait(lambda: has_ended(api.state(run)), f"{run.dag} has ended")
        return api.state(run)

    def _run(self, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._command(verb), *options],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def _command(self, verb: str) -> list[str]:
        where = ["--project", str(self.folder), "--stack", self.stack]
        return [sys.executable, "-m", "airflow_ecs.cli", verb, *where]

    @cached_property
    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        }
        return inherited | {"PYTHONPATH": str(ROOT)}


def _begun(pid: int) -> int:
    """When a process began: numbers begin anew where they end, so they don't tell."""
    # proc(5): starttime is the 22nd field; the 2nd may hold spaces.
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def _children(pid: str) -> list[str]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [child for one in threads for child in (one / "children").read_text().split()]


def _environment(pid: str) -> dict[str, str]:
    variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(one.split("=", 1) for one in variables if "=" in one)


def _traces(process: Path) -> Iterator[bytes]:
    """Where a running process names the folder that it comes from."""
    if (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
        yield (process / "cmdline").read_bytes()
        yield (process / "environ").read_bytes()
        # Celery writes a title over both, and a server knows nothing but where it logs.
        yield os.fsencode((process / "cwd").readlink())
        yield os.fsencode((process / "fd" / "2").readlink())


def wait(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until a condition holds; fail in its words when it never does."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"not within {patience:.0f} s: {what}"
        time.sleep(0.5)
