"""The sample DAGs send tasks to ECS, and read back what these have said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal import ecs_api, smoke_run
from tests.rehearsed import Rehearsed, wait

if TYPE_CHECKING:
    from tests.airflow.conftest import Running

pytestmark = pytest.mark.slow

SAID = {
    "remote_task": {"say_hello": "Hello from a task of its own"},
    "remote_fan_out": {f"count_{part}": f"Part {part} is counted" for part in range(4)},
    "remote_just_in_time": {"report": "Report on the northern region for manual__"},
    "remote_from_compose": {"measure": "Measured in miles", "summarise": "All is measured"},
}


@pytest.mark.parametrize("dag", SAID)
def test_a_sample_dag_succeeds_and_what_its_remote_tasks_say_is_in_their_log(
    running: Running, dag: str
) -> None:
    api = Rehearsed(running.folder).api()
    smoke_run.wait_for_dag(api, dag)
    run = smoke_run.finish(api, dag)
    for task in api.tasks(run):
        log = "\n".join(api.log(run, task).messages)
        assert SAID[dag].get(task.task, "") in log


def test_a_task_that_a_user_marks_as_failed_is_stopped_in_ecs(running: Running) -> None:
    rehearsed = Rehearsed(running.folder)
    api = rehearsed.api()
    smoke_run.wait_for_dag(api, "remote_countdown")
    run = api.start("remote_countdown", {"seconds": 600})
    wait(lambda: countdowns(rehearsed, "RUNNING") != [], "the remote task runs")
    task = f"{run.path}/taskInstances/count_down"
    api.ask("PATCH", task, {"new_state": "failed"})
    wait(lambda: countdowns(rehearsed, "STOPPED") != [], "the remote task has ended")
    assert countdowns(rehearsed, "STOPPED") == ["Task killed by the user"]


def countdowns(rehearsed: Rehearsed, status: str) -> list[str]:
    """Why the countdowns in ECS have stopped that are in a state."""
    ecs = rehearsed.client("ecs")
    return [
        task.get("stoppedReason", "")
        for task in ecs_api.tasks(ecs, rehearsed.cluster, desiredStatus=status)
        if "-examples--countdown:" in task["taskDefinitionArn"] and task["lastStatus"] == status
    ]
