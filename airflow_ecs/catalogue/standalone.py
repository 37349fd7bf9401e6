"""With `executor: standalone`: one container that is the whole Airflow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from airflow_ecs.catalogue.processes import WEB_HEALTH, WEB_PORT, check_http
from airflow_ecs.process import HealthCheck, Need, Process
from airflow_ecs.spec.database import Sqlite
from airflow_ecs.spec.fargate import TaskSize

if TYPE_CHECKING:
    from airflow_ecs.spec import ClusterSpec

STANDALONE = Process(
    name="standalone",
    command=("standalone",),
    size=TaskSize(cpu=1024, memory=3072),
    needs=frozenset(
        {
            Need.DATABASE,
            Need.FERNET_KEY,
            Need.JWT_SECRET,
            Need.API_SECRET_KEY,
            Need.DAGS,
            Need.EXECUTION_API,
            Need.USER_PASSWORDS,
            Need.WRITE_TASK_LOGS,
            Need.REMOTE_TASKS,
        }
    ),
    # It migrates the database first, for which there is no longer time than this.
    health_check=HealthCheck(command=check_http(WEB_PORT, WEB_HEALTH), start_period=300),
    port=WEB_PORT,
    concurrency_setting=("core", "parallelism"),
    # Its processes take 1.3 GiB with no task, measured.
    own_memory=2048,
    runs_user_code=True,
)


def processes(spec: ClusterSpec) -> tuple[Process, ...]:
    """The one process; a database in a file of its own is nothing that it needs from others."""
    if isinstance(spec.database, Sqlite):
        return (replace(STANDALONE, needs=STANDALONE.needs - {Need.DATABASE}),)
    return (STANDALONE,)
