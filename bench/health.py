"""What the health checks cost, by Airflow's own for the same processes."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.measure import Result
from tests.rehearsed import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.running import Running

ROUNDS = 10

# Airflow's own take some three seconds of processor time each.
OWN_ROUNDS = 3

_CELERY = ("celery", "-A", "airflow.providers.celery.executors.celery_executor.app")

_KILOBYTES = 1024.0

# Tells the processor time and the memory of a command. It is small, since a process counts as
# large as what it was forked from, and this one is larger than any check.
_LAUNCHER = """
import os, sys
silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_DUP2, 1, 2)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, used = os.wait4(pid, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Of one run: processor time in seconds, and memory in megabytes."""

    cpu: float
    memory: float


def results(running: Running) -> Iterator[Result]:
    """Every number about health checks."""
    scheduler = running.services["scheduler"].environment
    script = str(ROOT / "airflow_ecs" / "runtime" / "check_http.py")
    with _forwarded(scheduler["REHEARSAL_ADDRESS"], 8974) as port:
        page = _cost(
            [str(running.image / "python"), "-I", "-S", script, str(port), "/health"],
            scheduler,
            ROUNDS,
        )
    worker = _cost(
        [str(running.image / "python"), "-m", "airflow_ecs.runtime.check_worker"],
        running.in_image("worker"),
        ROUNDS,
    )
    # As the agent runs it, which costs a little more than in the image.
    job = _cost(
        ["python", "-m", "airflow_ecs.runtime.check_job", "DagProcessorJob"],
        running.services["dag-processor"].environment,
        ROUNDS,
    )
    own_page = _own(running, "scheduler", "SchedulerJob")
    own_job = _own(running, "dag-processor", "DagProcessorJob")
    ping = [*_CELERY, "inspect", "ping"]
    own_worker = _cost(ping, running.services["worker"].environment, OWN_ROUNDS)
    yield _ratio("check_http", page, own_page, "airflow jobs check", 100)
    yield _ratio("check_worker", worker, own_worker, "celery inspect ping", 100)
    yield _ratio("check_job", job, own_job, "airflow jobs check", 25)
    yield Result(
        what="memory of the largest health check",
        value=max(cost.memory for cost in (page, worker, job)),
        limit=30.0,
        unit="MB",
        how="peak of resident memory",
    )


def _own(running: Running, service: str, job_type: str) -> Cost:
    command = ["airflow", "jobs", "check", "--local", "--job-type", job_type]
    return _cost(command, running.services[service].environment, OWN_ROUNDS)


def _ratio(name: str, ours: Cost, own: Cost, command: str, fraction: int) -> Result:
    return Result(
        what=f"{name}, by `{command}`",
        value=ours.cpu / own.cpu,
        limit=1 / fraction,
        unit="x",
        how=f"CPU of whole processes, {ours.cpu * 1000:.0f} ms by {own.cpu * 1000:.0f} ms",
    )


def _cost(command: Sequence[str], environment: dict[str, str], rounds: int) -> Cost:
    """The median of some runs, each of which must find the process well."""
    runs = [_run(command, environment) for _ in range(rounds)]
    return Cost(
        cpu=statistics.median(run.cpu for run in runs), memory=max(run.memory for run in runs)
    )


def _run(command: Sequence[str], environment: dict[str, str]) -> Cost:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command} finds something wrong, or can't be run: {done.stderr}")
    cpu, memory = map(float, done.stdout.split())
    return Cost(cpu=cpu, memory=memory / _KILOBYTES)


@contextmanager
def _forwarded(address: str, port: int) -> Iterator[int]:
    """A port of 127.0.0.1 that leads to a task's, as they are the same in a container."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(
            target=_forward, args=(listener, (address, port)), name="forward", daemon=True
        ).start()
        yield listener.getsockname()[1]


def _forward(listener: socket.socket, target: tuple[str, int]) -> None:
    """Bring one request after the other there, and its answer back."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, socket.create_connection(target) as server:
            server.sendall(client.recv(65536))
            while answer := server.recv(65536):
                client.sendall(answer)
