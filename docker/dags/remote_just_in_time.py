"""Values that are known only when the task runs, from the run and from the task before.

The second task waits in the triggerer: it takes up no worker.
"""

from __future__ import annotations

from airflow.sdk import DAG

from airflow_ecs.remote import make_local_operator, make_remote_operator


def choose() -> str:
    """Stands for whatever a run finds out."""
    return "the northern region"


with DAG("remote_just_in_time", schedule=None, catchup=False, tags=["example"]) as dag:
    chosen = make_local_operator(dag, task_id="choose", python_callable=choose)
    reported = make_remote_operator(
        dag,
        task_id="report",
        task_group="examples",
        task_name="report",
        task_container="public.ecr.aws/docker/library/busybox:1.37",
        task_start_command=["sh", "-c", 'echo "Report on $REGION for $RUN"'],
        jit_values={
            "REGION": "{{ ti.xcom_pull(task_ids='choose') }}",
            "RUN": "{{ run_id }}",
        },
        deferrable=True,
        waiter_delay=2,
        retries=1,
    )
    chosen >> reported
