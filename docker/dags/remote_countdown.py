"""A remote task that takes its time: to watch its log grow, or to end a worker in the middle.

A worker that is gone leaves the task in ECS, and the retry waits for it.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param

from airflow_ecs.remote import make_remote_operator

COUNT_DOWN = 'while [ $LEFT -gt 0 ]; do echo "$LEFT s to go"; LEFT=$((LEFT - 1)); sleep 1; done'

with DAG(
    "remote_countdown",
    schedule=None,
    catchup=False,
    tags=["example"],
    params={"seconds": Param(30, type="integer", minimum=1, maximum=3600)},
) as dag:
    make_remote_operator(
        dag,
        task_id="count_down",
        task_group="examples",
        task_name="countdown",
        task_container="public.ecr.aws/docker/library/busybox:1.37",
        task_start_command=["sh", "-c", f"{COUNT_DOWN}; echo Done"],
        jit_values={"LEFT": "{{ params.seconds }}"},
        timeout=timedelta(hours=2),
        retries=2,
        retry_delay=timedelta(seconds=5),
    )
