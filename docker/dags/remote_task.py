"""One task in an ECS task of its own; the next run after a change here is on a new definition."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG

from airflow_ecs.remote import CpuValues, make_remote_operator

with DAG("remote_task", schedule=None, catchup=False, tags=["example"]) as dag:
    make_remote_operator(
        dag,
        task_id="say_hello",
        task_group="examples",
        task_name="hello",
        task_container="public.ecr.aws/docker/library/busybox:1.37",
        task_start_command=["sh", "-c", 'echo "Hello from $PLACE"'],
        task_cpus=CpuValues.QUARTER_VCPU,
        local_values={"PLACE": "a task of its own"},
        timeout=timedelta(minutes=10),
        retries=1,
    )
