"""Many remote tasks at once, no more of them than the pool has slots."""

from __future__ import annotations

from enum import StrEnum

from airflow.sdk import DAG

from airflow_ecs.remote import make_local_operator, make_remote_operator


class Group(StrEnum):
    """Who the tasks belong to: in their families' names, and in their tags."""

    EXAMPLES = "examples"


class Throttling(StrEnum):
    """The pools of docker/pools.json."""

    REMOTE = "remote"


def report() -> str:
    """Runs in the worker, when all parts are done."""
    return "All parts are done"


with DAG("remote_fan_out", schedule=None, catchup=False, tags=["example"]) as dag:
    parts = [
        make_remote_operator(
            dag,
            task_id=f"count_{part}",
            task_group=Group.EXAMPLES,
            task_name="count",
            task_container="public.ecr.aws/docker/library/busybox:1.37",
            task_start_command=["sh", "-c", 'echo "Part $PART is counted"'],
            # One definition for all: what differs is told to each as it runs.
            jit_values={"PART": part},
            throttling_group=Throttling.REMOTE,
            spot_share=100,
            retries=1,
        )
        for part in range(4)
    ]
    parts >> make_local_operator(dag, task_id="report", python_callable=report)
