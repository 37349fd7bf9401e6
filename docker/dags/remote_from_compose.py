"""The services of a Compose file, each in an ECS task of its own."""

from __future__ import annotations

from pathlib import Path

from airflow.sdk import DAG

from airflow_ecs.remote import remote_operators_from_compose

with DAG("remote_from_compose", schedule=None, catchup=False, tags=["example"]) as dag:
    remote_operators_from_compose(
        Path(__file__).with_name("pipeline.yaml"),
        dag,
        task_group="examples",
        variables={"UNIT": "miles"},
        retries=1,
    )
