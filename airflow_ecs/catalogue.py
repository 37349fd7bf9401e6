"""The Airflow processes as data: command, port, health check, size, and what each needs.

Everything else is derived from this: environment, secrets, roles and firewall edges.
Sizes, commands and needs are measured on Airflow 3.3.2 with the Celery executor.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from airflow_ecs.process import HealthCheck, Need, Process, Route, Service
from airflow_ecs.spec.fargate import TaskSize, checked
from airflow_ecs.spec.reading import SpecError, listed
from airflow_ecs.spec.services import Changes

if TYPE_CHECKING:
    from airflow_ecs.spec import ClusterSpec

WEB_PORT = 8080
FLOWER_PORT = 5555
WORKER_LOG_PORT = 8793
TRIGGERER_LOG_PORT = 8794
DATABASE_PORT = 5432
BROKER_PORT = 6379


# Airflow's own checks take longer than the time that ECS gives a check on a small task.
def _check(module: str, *arguments: str) -> tuple[str, ...]:
    return ("CMD", "python", "-m", f"airflow_ecs.runtime.{module}", *arguments)


def _check_http(port: int, path: str) -> tuple[str, ...]:
    # Imports are most of what a check costs: without site and package it takes a quarter less.
    script = "/opt/airflow-ecs/airflow_ecs/runtime/check_http.py"
    return ("CMD", "python", "-I", "-S", script, str(port), path)


WEB = Process(
    name="web",
    command=("web",),
    size=TaskSize(cpu=512, memory=1024),
    needs=frozenset(
        {
            Need.DATABASE,
            Need.FERNET_KEY,
            Need.JWT_SECRET,
            Need.API_SECRET_KEY,
            Need.LIVE_LOGS,
            Need.READ_TASK_LOGS,
        }
    ),
    health_check=HealthCheck(
        command=_check_http(WEB_PORT, "/api/v2/monitor/health"), start_period=120
    ),
    port=WEB_PORT,
    discovery="api-server",
    route=Route(host="airflow", health_path="/api/v2/monitor/health"),
)

SCHEDULER = Process(
    name="scheduler",
    command=("scheduler",),
    size=TaskSize(cpu=512, memory=1024),
    needs=frozenset(
        {
            Need.DATABASE,
            Need.FERNET_KEY,
            Need.JWT_SECRET,
            Need.BROKER,
            Need.RESULT_BACKEND,
            Need.WRITE_TASK_LOGS,
        }
    ),
    health_check=HealthCheck(command=_check_http(8974, "/health")),
)

DAG_PROCESSOR = Process(
    name="dag-processor",
    command=("dag-processor",),
    size=TaskSize(cpu=256, memory=1024),
    needs=frozenset({Need.DATABASE, Need.FERNET_KEY}),
    health_check=HealthCheck(command=_check("check_job", "DagProcessorJob")),
)

TRIGGERER = Process(
    name="triggerer",
    command=("triggerer",),
    size=TaskSize(cpu=256, memory=1024),
    needs=frozenset(
        {
            Need.DATABASE,
            Need.FERNET_KEY,
            Need.API_SECRET_KEY,
            Need.WRITE_TASK_LOGS,
            Need.REMOTE_TASKS,
        }
    ),
    health_check=HealthCheck(command=_check("check_job", "TriggererJob")),
    log_port=TRIGGERER_LOG_PORT,
    runs_user_code=True,
)

# On Airflow 3 a worker reaches everything through the execution API: no database, no
# Fernet key and no token secret for the process that runs user code.
WORKER = Process(
    name="worker",
    command=("worker",),
    size=TaskSize(cpu=1024, memory=2048),
    needs=frozenset(
        {
            Need.BROKER,
            Need.RESULT_BACKEND,
            Need.API_SECRET_KEY,
            Need.EXECUTION_API,
            Need.WRITE_TASK_LOGS,
            Need.REMOTE_TASKS,
        }
    ),
    health_check=HealthCheck(command=_check("check_worker")),
    log_port=WORKER_LOG_PORT,
    runs_user_code=True,
    waits=False,
)

FLOWER = Process(
    name="flower",
    command=("flower",),
    size=TaskSize(cpu=256, memory=512),
    needs=frozenset({Need.BROKER, Need.FLOWER_LOGIN}),
    health_check=HealthCheck(command=_check_http(FLOWER_PORT, "/healthcheck")),
    port=FLOWER_PORT,
    discovery="flower",
    route=Route(host="flower", health_path="/healthcheck"),
)

MIGRATION = Process(
    name="migration",
    command=("migrate",),
    size=TaskSize(cpu=512, memory=1024),
    needs=frozenset({Need.DATABASE, Need.FERNET_KEY, Need.USER_PASSWORDS}),
)

# The configuration comes on standard input, so that the password is on no command line.
_REDIS = """exec redis-server - <<CONFIG
requirepass $REDIS_PASSWORD
maxmemory-policy noeviction
save ""
CONFIG"""

REDIS = Process(
    name="broker",
    command=("sh", "-c", _REDIS),
    size=TaskSize(cpu=256, memory=512),
    needs=frozenset({Need.BROKER_PASSWORD}),
    health_check=HealthCheck(
        command=("CMD-SHELL", "REDISCLI_AUTH=$REDIS_PASSWORD redis-cli ping | grep -q PONG"),
        start_period=10,
    ),
    port=BROKER_PORT,
    discovery="redis",
    user="redis",
)


def services(spec: ClusterSpec) -> tuple[Service, ...]:
    """The services of a deployment, in the order in which they start."""
    processes = _processes(spec)
    names = [process.name for process in processes]
    for name in spec.services:
        if name == FLOWER.name and not spec.flower:
            raise SpecError("services.flower changes a service that is off; write flower: true.")
        if name not in names:
            raise SpecError(
                f"services.{name} is not a service of this deployment; write {listed(names)}."
            )
    return tuple(
        _changed(process, spec.services.get(process.name, Changes())) for process in processes
    )


def _processes(spec: ClusterSpec) -> tuple[Process, ...]:
    redis = (replace(REDIS, image=spec.broker.image),) if spec.broker.kind == "fargate" else ()
    flower = (FLOWER,) if spec.flower else ()
    return (*redis, WEB, SCHEDULER, DAG_PROCESSOR, TRIGGERER, WORKER, *flower)


def _changed(process: Process, changes: Changes) -> Service:
    path = f"services.{process.name}"
    if changes.concurrency is not None and process.name != WORKER.name:
        raise SpecError(f"{path}.concurrency has a meaning for the worker only; leave it out.")
    size = TaskSize(
        cpu=changes.cpu or process.size.cpu, memory=changes.memory or process.size.memory
    )
    return Service(
        process=process,
        size=checked(size, path),
        count=process.count if changes.count is None else changes.count,
        changes=changes,
    )


def migration() -> Service:
    """The one run that prepares the database before any service changes."""
    return _changed(MIGRATION, Changes())
