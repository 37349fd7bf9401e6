"""Smoke test: can a task's log be read while the task runs, and when it has ended?"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import smoke_run
from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from airflow_ecs.rehearsal.airflow_api import AirflowApi, Run, TaskInstance
    from airflow_ecs.rehearsal.deployed import Deployed
    from airflow_ecs.rehearsal.started_tasks import StartedTasks

# A DAG whose task takes as long as it is told to, and says so; and the seconds that it is told.
_LONG = "countdown"
_TAKES = 10
_SAYS = "to go"

# Seconds: a worker uploads a log after its task has told that it has ended, within five.
_UPLOAD = 30.0
_POLL = 0.5


def live(api: AirflowApi, deployed: Deployed) -> str:
    """Read a log from the worker while its task runs, and from S3 when the task has ended.

    A task of ECS that runs one of Airflow's serves no log: what it prints is in CloudWatch.
    """
    if not api.knows(_LONG):
        return f"no log is read live: there is no DAG {_LONG}, whose task takes long enough"
    begun = datetime.now(UTC)
    run = api.start(_LONG, {"seconds": _TAKES})
    started = deployed.started_tasks
    if started is None:
        where = f"from {_read_live(api, run)}"
    else:
        where = f"in CloudWatch's {_printed(api, run, started, begun)} (no task of ECS serves it)"
    smoke_run.poll(api, run)
    stored(api, run, deployed)
    return f"the log of {_LONG} is read while its task runs, {where}, then from S3"


def _read_live(api: AirflowApi, run: Run) -> str:
    """Where the log of a running task is served."""
    looked_at: Sequence[str] = ()
    for task in _running(api, run):
        log = api.log(run, task)
        looked_at = log.sources
        for source in log.sources:
            if source.startswith(f"http://{task.host}:") and log.mentions(_SAYS):
                return source.partition("/log/")[0]
    raise RehearsalError(
        f"the log of {_LONG} could not be read from its worker while its task ran; the API "
        f"looked at: {' | '.join(looked_at) or 'nothing'}"
    )


def _printed(api: AirflowApi, run: Run, started: StartedTasks, since: datetime) -> str:
    """The log group to which a task of ECS prints the log of a running task."""
    for _ in _running(api, run):
        if started.have_said(_SAYS, since):
            return started.log_group
    raise RehearsalError(
        f"{started.log_group} had nothing of {_LONG} while its task ran: what the task prints "
        "does not reach CloudWatch, or not in time."
    )


def _running(api: AirflowApi, run: Run) -> Iterator[TaskInstance]:
    """The running tasks of a run, again and again until the run has ended, as a success."""
    deadline = time.monotonic() + smoke_run.PATIENCE
    while not smoke_run.has_ended(state := api.state(run)) and time.monotonic() < deadline:
        yield from (task for task in api.tasks(run) if task.state == "running")
        time.sleep(_POLL)
    smoke_run.expect_success(api, run, state)


def stored(api: AirflowApi, run: Run, deployed: Deployed) -> str:
    """Read the log of each task of a run that has ended, from S3."""
    urls = [_stored(api, run, task, deployed) for task in api.tasks(run)]
    bucket = urls[0].split("/")[2]
    return f"the logs of {run.dag}, {len(urls)} of them, are read from s3://{bucket}"


def _stored(api: AirflowApi, run: Run, task: TaskInstance, deployed: Deployed) -> str:
    deadline = time.monotonic() + _UPLOAD
    while True:
        log = api.log(run, task)
        urls = [source for source in log.sources if source.startswith("s3://")]
        if urls and log.messages and deployed.is_stored(urls[0]):
            return urls[0]
        if time.monotonic() > deadline:
            raise RehearsalError(
                f"the log of {task.task} can't be read from S3 {_UPLOAD:.0f} s after the task's "
                f"end; the API looked at: {' | '.join(log.sources) or 'nothing'}"
            )
        time.sleep(_POLL)
