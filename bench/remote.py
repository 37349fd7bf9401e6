"""What remote tasks cost: while DAGs are read, and for each run."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from airflow_ecs.rehearsal.image_environment import BuildContext, environment
from airflow_ecs.remote import Placement, RemoteTask, TaskDefinition
from airflow_ecs.remote.registry import revision_for
from bench.measure import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = Path(__file__).parent.parent
REGION = "eu-central-1"
PROCESSES, RUNS, TASKS, PAIRS, LOOKS = 16, 1000, 50, 10_000, 300

PLACEMENT = Placement(
    environment="dev",
    region=REGION,
    cluster=f"arn:aws:ecs:{REGION}:123456789012:cluster/airflow-dev",
    subnets=("subnet-1", "subnet-2"),
    security_groups=("sg-1",),
    assign_public_ip=False,
    capacity_providers=({"capacityProvider": "FARGATE", "weight": 1},),
    execution_role="arn:aws:iam::123456789012:role/execution",
    task_role="arn:aws:iam::123456789012:role/task",
    log_group="/ecs/airflow-dev/tasks",
    log_prefix="ecs",
    family_prefix="airflow-dev-task-",
    registry=f"123456789012.dkr.ecr.{REGION}.amazonaws.com",
    parameter_path="/airflow/dev",
    values={"warehouse": "wh-1"},
)


def results() -> Iterator[Result]:
    """Every number about remote tasks."""
    yield _parsing()
    yield _comparing()
    with _account() as endpoint:
        yield from _running(endpoint)
        yield _overhead(endpoint)


def task(number: int, stage: str = "live") -> TaskDefinition:
    """The definition of one of fifty tasks."""
    return RemoteTask(
        group="bench",
        name=f"task-{number}",
        image="reports:1.4",
        command=("python", "-m", "reports", str(number)),
        environment={f"SETTING_{n}": str(n) for n in range(20)} | {"STAGE": stage},
        values={"WAREHOUSE": "warehouse"},
        secrets={"TOKEN": "api/token"},
    ).definition(PLACEMENT)


def _parsing() -> Result:
    requirements = PROJECT / "docker" / "requirements.txt"
    image = environment(
        BuildContext(folder=PROJECT, requirements=requirements),
        PROJECT / ".airflow-ecs" / "images",
        lambda said: print(said, file=sys.stderr),
    )
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [image / "bin" / "python", PROJECT / "bench" / "parsing.py"],
            env=os.environ | {"PYTHONPATH": os.fspath(PROJECT), "AIRFLOW_HOME": home},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    return Result(
        what="reading a DAG of 200 remote tasks, against 200 of `EcsRunTaskOperator`",
        value=float(done.stdout.splitlines()[-1]),
        limit=1.15,
        unit="times",
        how="CPU time, median of 15 rounds in turn; AWS is not asked",
    )


def _comparing() -> Result:
    definitions = [task(number % TASKS, stage=str(number % 7)) for number in range(350)]
    answers = [
        {"taskDefinition": request, "tags": request["tags"]}
        for request in (definition.to_request() for definition in definitions)
    ]
    pairs = [(answers[n % 350], definitions[n * 3 % 350]) for n in range(PAIRS)]
    start = time.process_time()
    served = sum(TaskDefinition.from_aws(answer).serves(wanted) for answer, wanted in pairs)
    seconds = time.process_time() - start
    assert 0 < served < PAIRS  # noqa: S101 - a measure of pairs of both kinds
    return Result(
        what="reading what AWS answers, and comparing it",
        value=seconds / PAIRS * 1000,
        limit=1.0,
        unit="ms CPU",
        how=f"average of {PAIRS:,} pairs, equal ones and others",
    )


def _running(endpoint: str) -> Iterator[Result]:
    with multiprocessing.get_context("forkserver").Pool(PROCESSES) as pool:

        def everybody(work: Callable[[tuple[str, int]], Counter[str]]) -> Counter[str]:
            shares = [(endpoint, worker) for worker in range(PROCESSES)]
            return sum(pool.map(work, shares, chunksize=1), Counter())

        everybody(_each_task_once)
        unchanged = everybody(_unchanged)
        naive = everybody(_naive)
        changed = everybody(_changed)
    how = f"{RUNS:,} runs of {TASKS} tasks by {PROCESSES} processes"
    yield Result(
        what="registrations for unchanged tasks",
        value=unchanged["RegisterTaskDefinition"],
        limit=0,
        unit="",
        how=how,
    )
    yield Result(
        what="look-ups for each of these runs",
        value=unchanged["DescribeTaskDefinition"] / RUNS,
        limit=1,
        unit="",
        how="the same runs",
    )
    yield Result(
        what="registrations where each run registers, the naive way",
        value=naive["RegisterTaskDefinition"],
        limit=math.inf,
        unit="",
        how="the same runs",
    )
    yield Result(
        what="registrations after a change to one task",
        value=changed["RegisterTaskDefinition"],
        limit=1,
        unit="",
        how=f"{PROCESSES} processes that run it at once",
    )


def _each_task_once(share: tuple[str, int]) -> Counter[str]:
    endpoint, worker = share
    ecs, ssm, asked = _clients(endpoint)
    for number in range(worker, TASKS, PROCESSES):
        revision_for(task(number), PLACEMENT, ecs, ssm)
    return asked


def _unchanged(share: tuple[str, int]) -> Counter[str]:
    endpoint, worker = share
    ecs, ssm, asked = _clients(endpoint)
    for run in range(worker, RUNS, PROCESSES):
        revision_for(task(run % TASKS), PLACEMENT, ecs, ssm)
    return asked


def _naive(share: tuple[str, int]) -> Counter[str]:
    endpoint, worker = share
    ecs, _, asked = _clients(endpoint)
    for run in range(worker, RUNS, PROCESSES):
        definition = task(run % TASKS).to_request()
        ecs.register_task_definition(**definition | {"family": f"naive-{run % TASKS}"})
    return asked


def _changed(share: tuple[str, int]) -> Counter[str]:
    endpoint, _ = share
    ecs, ssm, asked = _clients(endpoint)
    revision_for(task(0, stage="changed"), PLACEMENT, ecs, ssm)
    return asked


def _overhead(endpoint: str) -> Result:
    ecs, ssm, _ = _clients(endpoint)
    wanted = task(1)

    def ours() -> object:
        return revision_for(wanted, PLACEMENT, ecs, ssm)

    def bare() -> object:
        return ecs.describe_task_definition(taskDefinition=wanted.family, include=["TAGS"])

    ratios = []
    for _ in range(LOOKS):
        times = [_seconds(bare), _seconds(ours)]
        ratios.append(times[1] / times[0])
    return Result(
        what="finding the revision of an unchanged task, against the bare look-up",
        value=statistics.median(ratios),
        limit=1.3,
        unit="times",
        how=f"time, median of {LOOKS} rounds in turn, on an account served on this machine",
    )


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _clients(endpoint: str) -> tuple[Any, Any, Counter[str]]:
    """ECS, Parameter Store, and how often each operation of theirs is asked for."""
    asked: Counter[str] = Counter()
    session = boto3.Session("bench", "bench", region_name=REGION)
    clients = [session.client(name, endpoint_url=endpoint) for name in ("ecs", "ssm")]
    for client in clients:
        client.meta.events.register("before-call", lambda model, **_: asked.update([model.name]))
    return clients[0], clients[1], asked


@contextmanager
def _account() -> Iterator[str]:
    """An emulated account of its own; where it answers."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        module = "airflow_ecs.rehearsal.account.server"
        server = subprocess.Popen(
            [sys.executable, "-m", module, "--region", REGION, "--ready-file", ready]
        )
        try:
            while not ready.exists():
                if server.poll() is not None:
                    raise RuntimeError("The emulated account has ended before it answered.")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{json.loads(ready.read_text())['port']}"
        finally:
            server.terminate()
            server.wait()
