"""With `executor: ecs`: the scheduler has ECS start a task for each of Airflow's."""

from __future__ import annotations

from dataclasses import replace

from airflow_ecs.catalogue.processes import DAG_PROCESSOR, SCHEDULER, TRIGGERER, WEB
from airflow_ecs.process import Need, Process
from airflow_ecs.spec.fargate import TaskSize

# To show the log of a running task, Airflow makes an executor, which reads its settings.
_WEB = replace(WEB, needs=WEB.needs | {Need.ECS_EXECUTOR})

_SCHEDULER = replace(SCHEDULER, needs=SCHEDULER.needs | {Need.ECS_EXECUTOR, Need.RUNNER})

# No service runs it, and it serves no log: what it prints is in its log group while it runs,
# and what its task has said in S3 afterwards.
RUNNER = Process(
    name="runner",
    # The executor overrides it by this with a workload, and waits for no health check.
    command=("python", "-m", "airflow.sdk.execution_time.execute_workload"),
    size=TaskSize(cpu=512, memory=1024),
    needs=frozenset({Need.DAGS, Need.EXECUTION_API, Need.WRITE_TASK_LOGS, Need.REMOTE_TASKS}),
    runs_user_code=True,
)

PROCESSES = (_WEB, _SCHEDULER, DAG_PROCESSOR, TRIGGERER)
