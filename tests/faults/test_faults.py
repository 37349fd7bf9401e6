"""What goes wrong while a rehearsal starts, runs and ends, and that all is well afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal import ecs_api, smoke_run
from tests.faults import links
from tests.faults.conftest import MOMENTS
from tests.rehearsed import ROOT, wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rehearsed import Container, Rehearsed

pytestmark = pytest.mark.slow

FAILOVER = 120.0
"""Seconds that a failover of RDS or ElastiCache may take."""

FROZEN = 65.0
"""Seconds: longer than the slowest heartbeat may be late, shorter than until ECS replaces it."""

REMOTE = 60
"""Seconds of a remote task: longer than its worker's end is noticed, and another one starts."""


def test_an_up_that_is_interrupted_ends_with_no_process_left(
    interruptions: dict[str, tuple[int, dict[int, str]]],
) -> None:
    assert interruptions == dict.fromkeys(MOMENTS, (130, {}))


def test_a_taken_port_is_left_alone_and_the_page_told(
    rehearsed: Rehearsed, taken_port: int
) -> None:
    state = rehearsed.state
    assert state.balancer_port not in (None, taken_port)
    assert f"http://airflow.localhost:{state.balancer_port}" in state.pages.values()


def test_a_killed_worker_is_replaced_and_the_retry_waits_for_the_remote_task_that_it_has_left(
    rehearsed: Rehearsed,
) -> None:
    api = rehearsed.api()
    smoke_run.wait_for_dag(api, "remote_countdown")
    run = api.start("remote_countdown", {"seconds": REMOTE})
    wait(lambda: len(remote_tasks(rehearsed, "RUNNING")) == 1, "the remote task runs")
    (worker,) = rehearsed.processes_of("MainProcess")
    before = len(rehearsed.service("worker").ends)
    os.kill(worker, signal.SIGKILL)
    wait(lambda: len(rehearsed.service("worker").ends) > before, "the end of the worker is told")
    assert "Essential container in task exited" in rehearsed.service("worker").ends[-1]
    rehearsed.wait_until_well()
    assert rehearsed.outcome(rehearsed.trigger()) == "success"

    wait(lambda: smoke_run.has_ended(api.state(run)), "the run has ended", 3 * REMOTE)
    assert api.state(run) == "success"
    (task,) = api.tasks(run)
    log = api.log(run, task)
    assert log.mentions("Reattaching previously launched task")
    assert log.mentions("Done")
    assert len(remote_tasks(rehearsed, "STOPPED")) == 1


def remote_tasks(rehearsed: Rehearsed, status: str) -> list[Any]:
    """The ECS tasks of the countdown in a state."""
    found = ecs_api.tasks(rehearsed.client("ecs"), rehearsed.cluster, desiredStatus=status)
    return [
        task
        for task in found
        if "-task-examples--countdown:" in task["taskDefinitionArn"]
        and task["lastStatus"] == status
    ]


def test_a_broker_that_restarts_restarts_no_worker_and_the_next_run_succeeds(
    rehearsed: Rehearsed,
) -> None:
    # Airflow's scheduler ends where it finds its result backend gone, and is started again.
    before = rehearsed.ends("web", "worker", "triggerer", "dag-processor")
    (broker,) = rehearsed.processes_of("valkey-server")
    os.kill(broker, signal.SIGTERM)
    wait(lambda: rehearsed.processes_of("valkey-server") not in ([], [broker]), "it is back")
    assert rehearsed.outcome(rehearsed.trigger()) == "success"
    assert rehearsed.ends("web", "worker", "triggerer", "dag-processor") == before


def test_the_health_check_of_a_frozen_process_fails(rehearsed: Rehearsed) -> None:
    containers = rehearsed.containers()
    assert failing(rehearsed, containers) == set()
    for container in containers.values():
        os.killpg(container.pid, signal.SIGSTOP)
    try:
        time.sleep(FROZEN)
        assert failing(rehearsed, containers) == set(containers)
    finally:
        for container in containers.values():
            os.killpg(container.pid, signal.SIGCONT)
    rehearsed.wait_until_well()


def failing(rehearsed: Rehearsed, containers: dict[str, Container]) -> set[str]:
    """The services whose health checks fail when they are tried now, all at once."""
    tried = {}
    for name, container in containers.items():
        check = links.container(links.definition(rehearsed, name))["healthCheck"]["command"]
        here = [word.replace("/opt/airflow-ecs", str(ROOT)) for word in check[1:]]
        tried[name] = subprocess.Popen(
            here, env=container.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    return {name for name, process in tried.items() if process.wait() != 0}


@contextmanager
def database_gone(rehearsed: Rehearsed) -> Iterator[None]:
    """End every connection of the database, and let none in."""
    folder = rehearsed.folder / ".airflow-ecs" / "dev" / "stand-ins"
    (record,) = folder.glob("database-*/process.json")
    server = json.loads(record.read_text())
    socket_file = next(Path(server["sockets"]).glob(".s.PGSQL.????"))
    away = socket_file.with_name("away")
    socket_file.rename(away)
    try:
        for connection in rehearsed.connections(server["pid"]):
            os.kill(connection, signal.SIGTERM)
        yield
    finally:
        away.rename(socket_file)


def test_120_seconds_without_broker_and_database_lose_nothing_and_restart_no_worker_and_no_web(
    rehearsed: Rehearsed,
) -> None:
    before, run = rehearsed.ends("web", "worker"), rehearsed.trigger()
    assert rehearsed.outcome(run) == "success"
    with database_gone(rehearsed), broker_frozen(rehearsed):
        time.sleep(FAILOVER)
    rehearsed.wait_until_well()
    assert rehearsed.outcome(run) == "success"
    assert rehearsed.outcome(rehearsed.trigger()) == "success"
    # Airflow's scheduler ends without its database; what works on, is not restarted.
    assert rehearsed.ends("web", "worker") == before


@contextmanager
def broker_frozen(rehearsed: Rehearsed) -> Iterator[None]:
    """Let the broker answer nobody."""
    (broker,) = rehearsed.processes_of("valkey-server")
    os.kill(broker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(broker, signal.SIGCONT)


def test_an_agent_that_is_killed_leaves_no_process_and_up_runs_again(
    rehearsed: Rehearsed,
) -> None:
    state = rehearsed.state
    assert state.agent is not None
    os.kill(state.agent.pid, signal.SIGKILL)
    # The account is served on; the watchdog ends all else.
    with suppress(AssertionError):
        wait(lambda: not rehearsed.processes().keys() - {state.account.pid}, "all have ended")
    assert rehearsed.processes().keys() <= {state.account.pid}, rehearsed.processes()
    again = rehearsed.up()
    assert again.returncode == 0, again.stderr
    assert all(service.is_well for service in rehearsed.services.now())


def test_down_twice_is_fine_and_leaves_no_process(rehearsed: Rehearsed) -> None:
    assert [rehearsed.down().stdout, rehearsed.down().stdout] == [
        "dev is down, and what was in its account and databases is gone.\n",
        "dev is not up.\n",
    ]
    assert rehearsed.processes() == {}
