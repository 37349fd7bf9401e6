"""Smoke test: does a DAG run succeed where it should, and can its logs be read?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.rehearsal.airflow_api import AirflowApi, Run, TaskInstance
    from airflow_ecs.rehearsal.deployed import Deployed

# Seconds. A first DAG run on two idle cores takes seven, the first parse of the DAGs three.
_PATIENCE = 120.0
_POLL = 0.5

# Seconds that the long task takes: its log is read once it has begun.
_LONG_ENOUGH = 10

# The last lines of a failed task's log that are shown.
_LINES = 5


def wait_for_dag(api: AirflowApi, dag: str) -> None:
    """Wait until the DAG processor has read a DAG."""
    deadline = time.monotonic() + _PATIENCE
    while not api.knows(dag):
        if time.monotonic() > deadline:
            raise RehearsalError(
                f"Airflow has no DAG {dag} after {_PATIENCE:.0f} s: "
                "the DAG processor has not found it, or can't import it."
            )
        time.sleep(_POLL)


def finish(api: AirflowApi, dag: str) -> Run:
    """Start a run, wait for it by the one request that lasts as long as it does, and poll."""
    run = api.start(dag, {})
    deadline = time.monotonic() + _PATIENCE
    told = []
    for state in api.states(run):
        told.append(state)
        if time.monotonic() > deadline:
            break
    for state in (*told[-1:], api.state(run)):
        _expect_success(api, run, state)
    return run


def place(api: AirflowApi, run: Run, deployed: Deployed) -> str:
    """See that each task ran where a worker's task has its address."""
    workers = deployed.addresses("worker")
    hosts = {task.host for task in api.tasks(run)}
    if not workers:
        return f"its tasks ran on {', '.join(sorted(hosts))}; no Celery worker is deployed"
    if strange := hosts - workers:
        raise RehearsalError(
            f"tasks ran on {', '.join(sorted(strange))}, and the workers' addresses are "
            f"{', '.join(sorted(workers))}: the web server can't find their logs there."
        )
    return f"its {len(api.tasks(run))} tasks ran on the Celery worker at {', '.join(hosts)}"


def live_log(api: AirflowApi, dag: str, deployed: Deployed) -> str:
    """Read the log of a task that runs, from the worker that runs it."""
    if not api.knows(dag):
        return f"no log is read live: there is no DAG {dag}, whose task takes long enough"
    run = api.start(dag, {"seconds": _LONG_ENOUGH})
    deadline = time.monotonic() + _PATIENCE
    sources: Sequence[str] = ()
    live = ""
    while not live:
        if api.state(run) in ("success", "failed"):
            _expect_success(api, run, api.state(run))
            raise RehearsalError(
                f"the log of {dag} could not be read from its worker while its task ran; "
                f"the API looked at: {' | '.join(sources)}"
            )
        for task in api.tasks(run):
            if task.state == "running":
                log = api.log(run, task)
                sources = log.sources or sources
                served = [one for one in log.sources if one.startswith(f"http://{task.host}:")]
                told = [one for one in log.messages if one.endswith("to go")]
                live = served[0] if served and told else ""
        if time.monotonic() > deadline:
            _expect_success(api, run, api.state(run))
        time.sleep(_POLL)
    while (state := api.state(run)) in ("queued", "running") and time.monotonic() < deadline:
        time.sleep(_POLL)
    _expect_success(api, run, state)
    stored_logs(api, run, deployed)
    return f"the log of {dag} is read while its task runs, from {live.partition('/log/')[0]}"


def stored_logs(api: AirflowApi, run: Run, deployed: Deployed) -> str:
    """Read the log of each task of a run that has ended, from S3."""
    stored = [_stored(api, run, task, deployed) for task in api.tasks(run)]
    bucket = stored[0].split("/")[2]
    return f"the logs of {run.dag}, {len(stored)} of them, are read from s3://{bucket}"


def _stored(api: AirflowApi, run: Run, task: TaskInstance, deployed: Deployed) -> str:
    deadline = time.monotonic() + _PATIENCE
    while True:
        log = api.log(run, task)
        found = [one for one in log.sources if one.startswith("s3://")]
        if found and log.messages and deployed.is_stored(found[0]):
            return found[0]
        # The worker uploads it only after the task has told that it has ended.
        if time.monotonic() > deadline:
            raise RehearsalError(
                f"the log of {task.task} can't be read from S3 {_PATIENCE:.0f} s after the task's "
                f"end; the API looked at: {' | '.join(log.sources) or 'nothing'}"
            )
        time.sleep(_POLL)


def _expect_success(api: AirflowApi, run: Run, state: str) -> None:
    """Nothing, or why a run is no success: its tasks, and what the failed ones said."""
    if state == "success":
        return
    tasks = api.tasks(run)
    listed = ", ".join(f"{task.task} is {task.state or 'not scheduled'}" for task in tasks)
    said = [
        f"the log of {task.task} ends:\n{_end_of_log(api, run, task)}"
        for task in tasks
        if task.state in ("failed", "up_for_retry")
    ]
    ended = "failed" if state == "failed" else f"is {state} after {_PATIENCE:.0f} s"
    reason = f" {_MEANS[state]}" if state in _MEANS else ""
    waiting = {task.state for task in tasks}
    if state != "failed" and "queued" in waiting:
        reason = " A queued task is one that no worker has taken from the broker."
    raise RehearsalError(
        "\n".join([f"the run of {run.dag} {ended}: {listed or 'it has no tasks'}.{reason}", *said])
    )


# Why a run may stay in a state.
_MEANS = {"queued": "The scheduler has not begun it."}


def _end_of_log(api: AirflowApi, run: Run, task: TaskInstance) -> str:
    try:
        messages = api.log(run, task).messages
    except RehearsalError as error:
        return f"  (it can't be read: {error})"
    return "\n".join(f"  {line}" for line in messages[-_LINES:]) or "  (it is empty)"
