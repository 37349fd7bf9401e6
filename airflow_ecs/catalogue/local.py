"""With `executor: local`: the scheduler runs the tasks itself, as processes of its own."""

from __future__ import annotations

from dataclasses import replace

from airflow_ecs.catalogue.processes import (
    DAG_PROCESSOR,
    SCHEDULER,
    TASK_LOG_PORT,
    TRIGGERER,
    WEB,
)
from airflow_ecs.process import Need
from airflow_ecs.spec.fargate import TaskSize

_SCHEDULER = replace(
    SCHEDULER,
    size=TaskSize(cpu=1024, memory=4096),
    needs=SCHEDULER.needs | {Need.API_SECRET_KEY, Need.DAGS, Need.EXECUTION_API, Need.REMOTE_TASKS},
    log_port=TASK_LOG_PORT,
    concurrency_setting=("core", "parallelism"),
    own_memory=1024,
    runs_user_code=True,
)

PROCESSES = (WEB, _SCHEDULER, DAG_PROCESSOR, TRIGGERER)
