"""With `executor: celery`: workers that take tasks from a broker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from airflow_ecs.catalogue.processes import (
    DAG_PROCESSOR,
    SCHEDULER,
    TASK_LOG_PORT,
    TRIGGERER,
    WEB,
    check,
    check_http,
)
from airflow_ecs.process import HealthCheck, Need, Process, Route
from airflow_ecs.spec.broker import BROKER_PORT, RedisOnFargate
from airflow_ecs.spec.fargate import TaskSize

if TYPE_CHECKING:
    from airflow_ecs.spec import ClusterSpec

FLOWER_PORT = 5555

_SCHEDULER = replace(SCHEDULER, needs=SCHEDULER.needs | {Need.BROKER, Need.RESULT_BACKEND})

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
            Need.DAGS,
            Need.EXECUTION_API,
            Need.WRITE_TASK_LOGS,
            Need.REMOTE_TASKS,
        }
    ),
    health_check=HealthCheck(command=check("check_worker")),
    log_port=TASK_LOG_PORT,
    concurrency_setting=("celery", "worker_concurrency"),
    runs_user_code=True,
    waits=False,
)

FLOWER = Process(
    name="flower",
    command=("flower",),
    size=TaskSize(cpu=256, memory=512),
    needs=frozenset({Need.BROKER, Need.FLOWER_LOGIN}),
    health_check=HealthCheck(command=check_http(FLOWER_PORT, "/healthcheck")),
    port=FLOWER_PORT,
    discovery="flower",
    route=Route(host="flower", health_path="/healthcheck"),
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


def processes(spec: ClusterSpec) -> tuple[Process, ...]:
    """The processes, in the order in which they start."""
    broker = spec.broker
    redis = (replace(REDIS, image=broker.image),) if isinstance(broker, RedisOnFargate) else ()
    flower = (FLOWER,) if spec.flower else ()
    return (*redis, WEB, _SCHEDULER, DAG_PROCESSOR, TRIGGERER, WORKER, *flower)
