"""Runs the task that the deployment has defined, where its parameters say."""

from __future__ import annotations

from typing import Any

import boto3
from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator

try:
    from airflow.sdk import dag, task
except ImportError:  # Airflow 2
    from airflow.decorators import dag, task

PARAMETERS = {
    "cluster": "/mwaa/ecs/cluster",
    "task_definition": "/mwaa/ecs/task_definition",
    "subnets": "/mwaa/vpc/private_subnets",
    "security_group": "/mwaa/vpc/security_group",
    "log_group": "/mwaa/cw/log_group",
    "log_prefix": "/mwaa/cw/log_stream",
}


@dag(schedule=None, catchup=False, tags=["example"])
def hello_from_fargate() -> None:
    """Two tasks: one reads where to run, when it runs and not before; the other runs there."""

    @task
    def read_parameters() -> dict[str, Any]:
        found = boto3.client("ssm").get_parameters(Names=list(PARAMETERS.values()))
        if found["InvalidParameters"]:
            missing = ", ".join(found["InvalidParameters"])
            raise RuntimeError(f"Parameter Store has no {missing}; deploy them in this region.")
        values = {one["Name"]: one["Value"] for one in found["Parameters"]}
        read = {key: values[name] for key, name in PARAMETERS.items()}
        return read | {
            "subnets": read["subnets"].split(","),
            # Unless it is told, the operator waits before it asks ECS for the name.
            "container": read["log_prefix"].rpartition("/")[2],
        }

    where = read_parameters()
    EcsRunTaskOperator(
        task_id="hello",
        aws_conn_id=None,
        cluster=where["cluster"],
        task_definition=where["task_definition"],
        launch_type="FARGATE",
        overrides={},
        network_configuration={
            "awsvpcConfiguration": {
                "subnets": where["subnets"],
                "securityGroups": [where["security_group"]],
            }
        },
        container_name=where["container"],
        awslogs_group=where["log_group"],
        awslogs_stream_prefix=where["log_prefix"],
        # A worker that starts again finds the task that it has started before.
        reattach=True,
    )


hello_from_fargate()
