"""Two steps of a data warehouse, each in a Fargate task of its own image and size."""

from __future__ import annotations

from enum import StrEnum

from airflow.sdk import DAG

from airflow_ecs.remote import CpuValues, make_remote_operator


class Group(StrEnum):
    """Who the tasks belong to: in their families' names, and in their tags."""

    WAREHOUSE = "warehouse"


with DAG("warehouse", schedule=None, catchup=False, tags=["example"]) as dag:
    extract = make_remote_operator(
        dag,
        task_id="extract",
        task_group=Group.WAREHOUSE,
        task_name="extract",
        task_container="public.ecr.aws/docker/library/busybox:1.37",
        task_start_command=["sh", "-c", 'echo "Extract from $WAREHOUSE_HOST in $RUN"'],
        environment_values=["warehouse_host"],
        jit_values={"RUN": "{{ run_id }}"},
        retries=1,
    )
    load = make_remote_operator(
        dag,
        task_id="load",
        task_group=Group.WAREHOUSE,
        task_name="load",
        task_container="public.ecr.aws/docker/library/busybox:1.37",
        # The secret is the container's alone: neither the DAG nor the task definition has it.
        task_start_command=[
            "sh",
            "-c",
            'echo "Load to $PGHOST with a password of ${#PGPASSWORD} characters"',
        ],
        task_cpus=CpuValues.ONE_VCPU,
        environment_values={"PGHOST": "warehouse_host"},
        secret_values={"PGPASSWORD": "warehouse_password"},
        retries=1,
    )
    extract >> load
