"""How long services take to start, what idling costs, and where the time of `up` goes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import Result
from bench.running import CLUSTER, PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.running import Process, Running

IDLE = 60.0
"""Seconds for which nothing is asked."""

PATIENCE = 180.0


def results(running: Running) -> Iterator[Result]:
    """Every number about starting, in an order that leaves the services stopped."""
    for step, seconds in running.steps.items():
        yield Result(
            what=f"`make up`: {step}", value=seconds, limit=float("inf"), unit="s", how="once"
        )
    yield _idle(running)
    yield _by_hand(running)


def _idle(running: Running) -> Result:
    processes = [running.state["account"]["pid"], running.state["agent"]["pid"]]
    before = sum(map(_cpu_seconds, processes))
    time.sleep(IDLE)
    used = sum(map(_cpu_seconds, processes)) - before
    return Result(
        what="agent and emulated account while all services idle",
        value=100 * used / IDLE,
        limit=2.0,
        unit="% of a core",
        how=f"CPU of both processes over {IDLE:.0f} s, health checks not counted",
    )


def _cpu_seconds(pid: int) -> float:
    # proc(5): utime and stime are the 14th and 15th fields; the 2nd may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _by_hand(running: Running) -> Result:
    _scale(running, 0)
    by_hand = _started_by_hand(running.services)
    begun = time.monotonic()
    _scale(running, 1)
    deployed = time.monotonic() - begun
    return Result(
        what="from deployed to all healthy, by the same processes started by hand",
        value=deployed / by_hand,
        limit=1.25,
        unit="x",
        how=f"once, {deployed:.1f} s by {by_hand:.1f} s",
    )


def _scale(running: Running, count: int) -> None:
    """Run this many tasks of each service, and wait until it is so."""
    ecs, asked = running.ecs(), running.asked()
    for name in running.services:
        ecs.update_service(cluster=CLUSTER, service=f"{CLUSTER}-{name}", desiredCount=count)
    if count:
        asked.wait(lambda _: None, PATIENCE)
        return
    deadline = time.monotonic() + PATIENCE
    while any(
        ecs.list_tasks(cluster=CLUSTER, serviceName=f"{CLUSTER}-{name}")["taskArns"]
        for name in running.services
    ):
        if time.monotonic() > deadline:
            raise RuntimeError("the services' tasks do not end")
        time.sleep(0.5)


def _started_by_hand(services: Mapping[str, Process]) -> float:
    """Start the same commands at once; the seconds until each one's check passes."""
    with ExitStack() as started:
        begun = time.monotonic()
        for service in services.values():
            _furnish(service.environment, started)
            process = subprocess.Popen(
                service.command,
                env=service.environment,
                cwd=service.environment["HOME"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            started.callback(_end, process)
        for name, service in services.items():
            while not _is_well(service):
                if time.monotonic() - begun > PATIENCE:
                    raise RuntimeError(f"{name} does not start by hand")
                time.sleep(0.5)
        return time.monotonic() - begun


def _furnish(environment: Mapping[str, str], started: ExitStack) -> None:
    """The folders that the agent has removed with the task."""
    home = Path(environment["AIRFLOW_HOME"])
    home.mkdir(parents=True)
    Path(environment["TMPDIR"]).mkdir()
    (home / "dags").symlink_to(PROJECT / "docker" / "dags")
    started.callback(shutil.rmtree, home.parent, ignore_errors=True)


def _is_well(service: Process) -> bool:
    return not subprocess.run(
        service.check, env=service.environment, cwd="/", capture_output=True, check=False
    ).returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
