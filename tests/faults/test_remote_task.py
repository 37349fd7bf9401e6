"""A worker dies in the middle of a remote task: the retry waits for the task it has left."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal import smoke_run
from airflow_ecs.rehearsal.airflow_api import AirflowApi
from airflow_ecs.rehearsal.deployed import Deployed
from tests.rehearsed import Rehearsed, wait

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

# Airflow takes five minutes by default to give up a task whose worker is silent.
IMPATIENT = """
  airflow:airflow_config:
    scheduler:
      task_instance_heartbeat_timeout: 15
      task_instance_heartbeat_timeout_detection_interval: 5
"""

SECONDS = 90
"""How long the task takes: longer than it takes to notice, and to start the worker again."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """A copy of the project, with a scheduler that gives up soon."""
    folder: Path = tmp_path_factory.mktemp("airflow")
    rehearsed = Rehearsed.copied_to(folder)
    with (folder / "Pulumi.dev.yaml").open("a") as stack:
        stack.write(IMPATIENT)
    return rehearsed


def test_the_retry_waits_for_the_task_that_a_killed_worker_has_left(rehearsed: Rehearsed) -> None:
    deployed = Deployed(rehearsed.state)
    api = AirflowApi(deployed.airflow, *deployed.admin())
    smoke_run.wait_for_dag(api, "remote_countdown")
    run = api.start("remote_countdown", {"seconds": SECONDS})
    wait(lambda: len(remote_tasks(rehearsed, "RUNNING")) == 1, "the remote task runs")
    (worker,) = rehearsed.processes_of("MainProcess")
    os.kill(worker, signal.SIGKILL)
    wait(lambda: smoke_run.has_ended(api.state(run)), "the run has ended", 3 * SECONDS)
    assert api.state(run) == "success"
    (task,) = api.tasks(run)
    log = api.log(run, task)
    assert log.mentions("Reattaching previously launched task")
    assert log.mentions("Done")
    assert len(remote_tasks(rehearsed, "STOPPED")) == 1


def remote_tasks(rehearsed: Rehearsed, status: str) -> list[Any]:
    """The ECS tasks of the countdown in a state."""
    ecs = rehearsed.client("ecs")
    arns = ecs.list_tasks(cluster=rehearsed.cluster, desiredStatus=status)["taskArns"]
    found = ecs.describe_tasks(cluster=rehearsed.cluster, tasks=arns)["tasks"] if arns else []
    return [
        task
        for task in found
        if "-task-examples--countdown:" in task["taskDefinitionArn"]
        and task["lastStatus"] == status
    ]
