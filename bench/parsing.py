"""Reads DAGs of remote tasks and of plain operators in turn; prints the ratio of CPU times.

To read is what the DAG processor does: make the DAG, and serialize it. It runs in the image's
environment, which has Airflow.
"""

from __future__ import annotations

import gc
import statistics
import time

from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization

from airflow_ecs.remote import CpuValues, make_remote_operator

TASKS, ROUNDS = 200, 15


def remote() -> DAG:
    """A DAG of remote tasks with all that a task usually has."""
    with DAG("remote", schedule=None) as dag:
        for number in range(TASKS):
            make_remote_operator(
                dag,
                task_id=f"task_{number}",
                task_group="bench",
                task_name=f"task-{number}",
                task_container="reports:1.4",
                task_start_command=["python", "-m", "reports", str(number)],
                task_cpus=CpuValues.ONE_VCPU,
                task_memory=4096,
                environment_values=["warehouse"],
                secret_values={"TOKEN": "api/token"},
                local_values={"STAGE": "live"},
                jit_values={"DAY": "{{ ds }}"},
                throttling_group="remote",
            )
    return dag


def plain() -> DAG:
    """The same on Airflow's own operator, told what the other one finds out by itself."""
    with DAG("plain", schedule=None) as dag:
        for number in range(TASKS):
            EcsRunTaskOperator(
                dag=dag,
                task_id=f"task_{number}",
                task_definition=f"bench--task-{number}",
                cluster="airflow-dev",
                launch_type="FARGATE",
                overrides={
                    "containerOverrides": [
                        {
                            "name": f"task-{number}",
                            "environment": [{"name": "DAY", "value": "{{ ds }}"}],
                        }
                    ]
                },
                network_configuration={
                    "awsvpcConfiguration": {
                        "subnets": ["subnet-1", "subnet-2"],
                        "securityGroups": ["sg-1"],
                    }
                },
                container_name=f"task-{number}",
                awslogs_group="/ecs/airflow-dev/tasks",
                awslogs_region="eu-central-1",
                awslogs_stream_prefix="ecs",
                reattach=True,
                pool="remote",
            )
    return dag


def main() -> None:
    """Print the median of the ratios."""
    ratios = []
    for function in (plain, remote):
        DagSerialization.to_dict(function())
    gc.freeze()
    for _ in range(ROUNDS):
        times = []
        for function in (plain, remote):
            gc.collect()
            start = time.process_time()
            DagSerialization.to_dict(function())
            times.append(time.process_time() - start)
        ratios.append(times[1] / times[0])
    print(statistics.median(ratios))


if __name__ == "__main__":
    main()
