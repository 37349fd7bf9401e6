"""No running task is lost: a worker that is asked to stop ends its work first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from airflow_ecs.rehearsal.airflow_api import AirflowApi
from airflow_ecs.rehearsal.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.airflow.conftest import Running

pytestmark = pytest.mark.slow

CLUSTER, WORKER = "airflow-dev", "airflow-dev-worker"

# Longer than a stop takes by itself, and shorter than the time that Fargate gives.
SECONDS = 15


@pytest.fixture
def ecs(running: Running) -> Any:
    state = StateFolder(running.folder, "dev").read()
    assert state is not None
    keys = {"aws_access_key_id": "rehearsal", "aws_secret_access_key": "rehearsal"}
    return boto3.client("ecs", endpoint_url=state.endpoint, region_name=state.region, **keys)


def until(look: Callable[[], Any], patience: float) -> Any:
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline, "what was waited for has not come true"
        time.sleep(0.5)
    return found


def test_a_task_that_fits_the_stop_timeout_ends_in_success(running: Running, ecs: Any) -> None:
    api = AirflowApi(running.deployed.airflow, *running.deployed.admin())
    [worker] = ecs.list_tasks(cluster=CLUSTER, serviceName=WORKER)["taskArns"]
    run = api.start("countdown", {"seconds": SECONDS})
    until(lambda: [task for task in api.tasks(run) if task.state == "running"], 60)

    ecs.stop_task(cluster=CLUSTER, task=worker, reason="a deployment")

    assert until(lambda: api.state(run) in ("success", "failed") and api.state(run), 120) == (
        "success"
    )
    [stopped] = until(
        lambda: [
            task
            for task in ecs.describe_tasks(cluster=CLUSTER, tasks=[worker])["tasks"]
            if task["lastStatus"] == "STOPPED"
        ],
        120,
    )
    assert [container["exitCode"] for container in stopped["containers"]] == [0]
    until(lambda: ecs.list_tasks(cluster=CLUSTER, serviceName=WORKER)["taskArns"], 60)
