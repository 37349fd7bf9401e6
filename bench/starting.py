"""Where the time of `up` goes, what idling costs, and how fast services start."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import boto3

from airflow_ecs.rehearsal import ecs_api
from airflow_ecs.rehearsal.services import Services
from bench import by_hand, installing
from bench.measure import Result, cpu_seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.running import Running

IDLE = 60.0
"""Seconds for which nothing is asked."""

STARTS = 2

CLUSTER = "airflow-dev"


def results(running: Running) -> Iterator[Result]:
    """The steps of `up`, and an idle minute."""
    for step, seconds in running.steps.items():
        yield Result(
            what=f"`make up`: {step}", value=seconds, limit=float("inf"), unit="s", how="once"
        )
    yield _idle(running)
    yield from _starts(running)


def _idle(running: Running) -> Result:
    processes = [one.pid for one in (running.state.account, running.state.agent) if one]
    before = sum(map(cpu_seconds_of, processes))
    time.sleep(IDLE)
    used = sum(map(cpu_seconds_of, processes)) - before
    return Result(
        what="agent and emulated account while all services idle",
        value=100 * used / IDLE,
        limit=2.0,
        unit="% of a core",
        how=f"CPU of both processes over {IDLE:.0f} s, health checks not counted",
    )


def _starts(running: Running) -> Iterator[Result]:
    """Both ways in turn, since the speed of a shared machine drifts."""
    region, endpoint = running.state.region, running.state.endpoint
    session = boto3.Session("rehearsal", "rehearsal", region_name=region)
    ecs = session.client("ecs", endpoint_url=endpoint)
    containers = by_hand.containers(running, session)
    hand, agent = [], []
    for _ in range(STARTS):
        _scale(ecs, 0)
        hand.append(by_hand.seconds_until_healthy(containers))
        begun = time.monotonic()
        _scale(ecs, 1)
        Services(endpoint, region).wait(lambda _: None)
        agent.append(time.monotonic() - begun)
    yield Result(
        what="all services healthy, by the same processes started by hand",
        value=min(agent) / min(hand),
        limit=1.25,
        unit="x",
        how=f"the faster of {STARTS}, {min(agent):.1f} s by {min(hand):.1f} s",
    )
    _scale(ecs, 0)
    yield from installing.results(containers[0])


def _scale(ecs: Any, count: int) -> None:
    """Let each service have so many tasks; wait until the last has ended where it is none."""
    for name in by_hand.SERVICES:
        ecs.update_service(cluster=CLUSTER, service=f"{CLUSTER}-{name}", desiredCount=count)
    while count == 0 and _running_tasks(ecs):
        time.sleep(0.5)


def _running_tasks(ecs: Any) -> int:
    """How many tasks have not ended, those that are to end included."""
    return sum(
        task["lastStatus"] != "STOPPED"
        for desired in ("RUNNING", "STOPPED")
        for task in ecs_api.tasks(ecs, CLUSTER, desiredStatus=desired)
    )
