"""Smoke test: does a DAG run succeed, and where it should?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.airflow_api import AirflowApi, Run, TaskInstance
    from airflow_ecs.rehearsal.deployed import Deployed
    from airflow_ecs.rehearsal.started_tasks import StartedTasks

PATIENCE = 120.0
"""Seconds. A first DAG run on two idle cores takes seven, the first parse of the DAGs three."""

_POLL = 0.5

# The last lines of a failed task's log that are shown.
_LINES = 5

# Why a run stays in a state, or a task of it does.
_WAITING_RUN = "The scheduler has not begun it."
_WAITING_TASK = "A queued task is one that no worker has taken from the broker, or has begun."

# Why a failed task has said nothing.
_NEVER_BEGAN = (
    "empty: it has never begun, as when its worker does not find the execution API "
    "(AIRFLOW__CORE__EXECUTION_API_SERVER_URL), or the API refuses its token "
    "(AIRFLOW__API_AUTH__JWT_SECRET)"
)


def wait_for_dag(api: AirflowApi, dag: str) -> None:
    """Wait until the DAG processor has read a DAG."""
    deadline = time.monotonic() + PATIENCE
    while not api.knows(dag):
        if time.monotonic() > deadline:
            raise RehearsalError(
                f"Airflow has no DAG {dag} after {PATIENCE:.0f} s: "
                "the DAG processor has not found it, or can't import it."
            )
        time.sleep(_POLL)


def finish(api: AirflowApi, dag: str) -> Run:
    """Start a run, wait for it by the one request that lasts as long as it does, and poll."""
    run = api.start(dag, {})
    deadline = time.monotonic() + PATIENCE
    for state in api.states(run):
        if has_ended(state) or time.monotonic() > deadline:
            expect_success(api, run, state)
    poll(api, run)
    return run


def poll(api: AirflowApi, run: Run) -> None:
    """Ask again and again until a run has ended; it shall be a success."""
    deadline = time.monotonic() + PATIENCE
    while not has_ended(state := api.state(run)) and time.monotonic() < deadline:
        time.sleep(_POLL)
    expect_success(api, run, state)


def has_ended(state: str) -> bool:
    """Whether a run in this state goes on no more."""
    return state in ("success", "failed")


def place(api: AirflowApi, run: Run, deployed: Deployed) -> str:
    """See that each task ran where what runs tasks has its address."""
    tasks = api.tasks(run)
    hosts = {task.host for task in tasks}
    if deployed.started_tasks is not None:
        return _one_each(hosts, len(tasks), deployed.started_tasks)
    runner = deployed.runner
    workers = deployed.addresses(runner)
    where = ", ".join(sorted(hosts))
    if strange := hosts - workers:
        raise RehearsalError(
            f"tasks ran on {', '.join(sorted(strange))}, and {runner}'s addresses are "
            f"{', '.join(sorted(workers))}: the web server can't find their logs there."
        )
    return f"its {len(tasks)} tasks ran in the service {runner} at {where}"


def _one_each(hosts: set[str], tasks: int, started: StartedTasks) -> str:
    addresses = started.addresses()
    if len(addresses) < tasks or not hosts <= set(addresses):
        raise RehearsalError(
            f"{tasks} tasks ran on {', '.join(sorted(hosts))}, and ECS has run {len(addresses)} "
            f"of {started.family}, at {', '.join(sorted(addresses)) or 'no address'}: they ran "
            "somewhere else."
        )
    return f"its {tasks} tasks ran in a task of {started.family} each, of ECS"


def expect_success(api: AirflowApi, run: Run, state: str) -> None:
    """Nothing for a success, else an error that tells of its tasks and what they said."""
    if state == "success":
        return
    tasks = api.tasks(run)
    listed = ", ".join(f"{task.task} is {task.state or 'not scheduled'}" for task in tasks)
    ended = "has failed" if state == "failed" else f"is {state} after {PATIENCE:.0f} s"
    lines = [f"a run of {run.dag} {ended}: {listed or 'it has no tasks'}."]
    if state == "queued":
        lines[0] += f" {_WAITING_RUN}"
    elif "queued" in {task.state for task in tasks}:
        lines[0] += f" {_WAITING_TASK}"
    lines += [
        f"The log of {task.task} ends:\n{_end_of_log(api, run, task)}"
        for task in tasks
        if task.state in ("failed", "up_for_retry")
    ]
    raise RehearsalError("\n".join(lines))


def _end_of_log(api: AirflowApi, run: Run, task: TaskInstance) -> str:
    try:
        messages = api.log(run, task).messages
    except RehearsalError as error:
        return f"  (it can't be read: {error})"
    return "\n".join(f"  {line}" for line in messages[-_LINES:]) or f"  ({_NEVER_BEGAN})"
