"""The processes that Airflow has under every executor that runs more than one container."""

from __future__ import annotations

from airflow_ecs.process import HealthCheck, Need, Process, Route
from airflow_ecs.spec.fargate import TaskSize

WEB_PORT = 8080
WEB_HEALTH = "/api/v2/monitor/health"
TASK_LOG_PORT = 8793
TRIGGERER_LOG_PORT = 8794


# Airflow's own checks take longer than the time that ECS gives a check on a small task.
def check(module: str, *arguments: str) -> tuple[str, ...]:
    """The health check that a module of `airflow_ecs.runtime` makes."""
    return ("CMD", "python", "-m", f"airflow_ecs.runtime.{module}", *arguments)


def check_http(port: int, path: str) -> tuple[str, ...]:
    """The health check of whoever answers 200 on a port and path."""
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
    health_check=HealthCheck(command=check_http(WEB_PORT, WEB_HEALTH), start_period=120),
    port=WEB_PORT,
    discovery="api-server",
    route=Route(host="airflow", health_path=WEB_HEALTH),
)

SCHEDULER = Process(
    name="scheduler",
    command=("scheduler",),
    size=TaskSize(cpu=512, memory=1024),
    needs=frozenset({Need.DATABASE, Need.FERNET_KEY, Need.JWT_SECRET, Need.WRITE_TASK_LOGS}),
    health_check=HealthCheck(command=check_http(8974, "/health")),
)

DAG_PROCESSOR = Process(
    name="dag-processor",
    command=("dag-processor",),
    size=TaskSize(cpu=256, memory=1024),
    needs=frozenset({Need.DATABASE, Need.FERNET_KEY, Need.DAGS}),
    health_check=HealthCheck(command=check("check_job", "DagProcessorJob")),
)

TRIGGERER = Process(
    name="triggerer",
    command=("triggerer",),
    size=TaskSize(cpu=256, memory=1024),
    needs=frozenset(
        {
            Need.DATABASE,
            Need.FERNET_KEY,
            Need.DAGS,
            Need.API_SECRET_KEY,
            Need.WRITE_TASK_LOGS,
            Need.REMOTE_TASKS,
        }
    ),
    health_check=HealthCheck(command=check("check_job", "TriggererJob")),
    log_port=TRIGGERER_LOG_PORT,
    runs_user_code=True,
)

MIGRATION = Process(
    name="migration",
    command=("migrate",),
    size=TaskSize(cpu=512, memory=1024),
    needs=frozenset({Need.DATABASE, Need.FERNET_KEY, Need.USER_PASSWORDS}),
)

# Run once for each release; whoever runs it says what to do.
DAG_RELEASE = Process(
    name="dag-release",
    command=("dag-release", "--help"),
    size=TaskSize(cpu=256, memory=512),
    needs=frozenset({Need.RELEASE_DAGS}),
)
