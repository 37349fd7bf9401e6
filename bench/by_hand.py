"""The same services without an agent: their processes started by hand, in the same order."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.agent.environment import ADDED
from tests.rehearsed import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import boto3

    from bench.running import Running

# In the order in which they are deployed.
SERVICES = ("web", "scheduler", "dag-processor", "triggerer", "worker", "flower")

PATIENCE = 180.0
"""Seconds for all to become healthy."""

_PAUSE = 0.5

# Where docker/Dockerfile puts what is in the build context.
_IN_IMAGE = "/opt/airflow-ecs"


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """What is deployed of one service, as commands of this machine."""

    name: str
    command: Sequence[str]
    check: Sequence[str]
    environment: Mapping[str, str]


def containers(running: Running, session: boto3.Session) -> list[Container]:
    """The services of stack dev, from their task definitions."""
    endpoint = running.state.endpoint
    ecs, ssm = (session.client(service, endpoint_url=endpoint) for service in ("ecs", "ssm"))
    found = []
    for name in SERVICES:
        answer = ecs.describe_task_definition(taskDefinition=f"airflow-dev-{name}")
        (container,) = answer["taskDefinition"]["containerDefinitions"]
        entry_point = os.fspath(ROOT / "docker" / "entrypoint.sh")
        found.append(
            Container(
                name=name,
                command=[entry_point, *container["command"]],
                check=[
                    word.replace(_IN_IMAGE, os.fspath(ROOT))
                    for word in container["healthCheck"]["command"][1:]
                ],
                environment=_environment(container, ssm, running.services["scheduler"].environment),
            )
        )
    return found


def _environment(
    container: Mapping[str, Any], ssm: Any, scheduler: Mapping[str, str]
) -> dict[str, str]:
    """What is deployed, with what leads to this machine as the agent gave it to the scheduler.

    Not all services have one address, but one would do for all: no port is used twice.
    """
    variables = {one["name"]: one["value"] for one in container["environment"]}
    for secret in container["secrets"]:
        name = secret["valueFrom"].partition(":parameter")[2]
        answer = ssm.get_parameter(Name=name, WithDecryption=True)
        variables[secret["name"]] = answer["Parameter"]["Value"]
    here = {
        name: value
        for name, value in scheduler.items()
        if name in ADDED or variables.get(name, "").startswith(_IN_IMAGE)
    }
    return variables | here


def seconds_until_healthy(services: Sequence[Container]) -> float:
    """Start all, and try each one's health check until it passes."""
    with ExitStack() as ends:
        begun = time.monotonic()
        environments = {one.name: ends.enter_context(_started(one)) for one in services}
        waiting = list(services)
        while waiting:
            if time.monotonic() - begun > PATIENCE:
                raise RuntimeError(f"not healthy: {', '.join(one.name for one in waiting)}")
            waiting = [one for one in waiting if not _is_well(one, environments[one.name])]
            if waiting:
                time.sleep(_PAUSE)
        return time.monotonic() - begun


@contextmanager
def _started(service: Container) -> Iterator[dict[str, str]]:
    """A service's process in a folder of its own; gives its environment."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = service.environment["HOME"]
        environment = {
            name: value.replace(home, folder) for name, value in service.environment.items()
        }
        airflow = Path(environment["AIRFLOW_HOME"])
        airflow.mkdir()
        (airflow / "dags").symlink_to(ROOT / "docker" / "dags")
        Path(environment["TMPDIR"]).mkdir(exist_ok=True)
        process = subprocess.Popen(
            service.command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield environment
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _is_well(service: Container, environment: Mapping[str, str]) -> bool:
    done = subprocess.run(
        service.check, env=dict(environment), cwd=environment["HOME"], capture_output=True
    )
    return done.returncode == 0
