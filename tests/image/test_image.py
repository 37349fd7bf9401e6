"""The image runs what is deployed: not as root, healthy, and it stops as it is told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.image.conftest import Containers

pytestmark = pytest.mark.slow

SERVICES = ("web", "scheduler", "worker")

each_service = pytest.mark.parametrize("name", SERVICES)

# Seconds. On two cores that others use as well, the slowest is healthy within one minute.
PATIENCE = 120


@each_service
def test_no_container_runs_as_root(containers: Containers, name: str) -> None:
    container = containers.name(name)
    assert containers.engine.docker("exec", container, "id", "-u") == "50000"
    processes = containers.engine.docker("top", container, "-eo", "uid,pid,args").splitlines()[1:]
    assert processes
    assert {line.split()[0] for line in processes} == {"50000"}


@each_service
def test_a_container_becomes_healthy_by_the_check_of_its_definition(
    containers: Containers, name: str
) -> None:
    deadline = time.monotonic() + PATIENCE
    while (health := containers.inspect(name, "{{.State.Health.Status}}")) != "healthy":
        state = containers.inspect(name, "{{.State.Status}}")
        if state != "running" or time.monotonic() > deadline:
            said = containers.engine.docker("logs", "--tail", "20", containers.name(name))
            checks = containers.inspect(name, "{{json .State.Health.Log}}")
            pytest.fail(f"{name} is {state} and {health}:\n{said}\n{checks}", pytrace=False)
        time.sleep(1)


def test_a_worker_that_is_stopped_ends_by_itself_after_a_warm_shutdown(
    containers: Containers,
) -> None:
    worker = containers.name("worker")
    containers.engine.docker("stop", worker)
    assert containers.inspect("worker", "{{.State.ExitCode}}") == "0"
    assert "Warm shutdown" in containers.engine.docker("logs", worker)
