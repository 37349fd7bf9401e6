"""The sample DAG for Amazon MWAA, under a role that has the example's inline policy alone."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from airflow_ecs.rehearsal.account import EmulatedAccount
from airflow_ecs.rehearsal.gateway.gateway import Gateway
from airflow_ecs.rehearsal.gateway.metadata import Container, Task
from airflow_ecs.rehearsal.program import run
from tests.rehearsal.agent.conftest import REGION, agent, process
from tests.rehearsed import ROOT, image_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLE = ROOT / "examples" / "mwaa"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Environment:
    """What code on an MWAA environment finds, on an account that runs the tasks it starts."""

    endpoint: str
    variables: dict[str, str]
    gateway: Gateway

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="anybody",
            aws_secret_access_key="anybody",
        )


@pytest.fixture(scope="module")
def mwaa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """The example, deployed, and the keys of its execution role."""
    folder = tmp_path_factory.mktemp("mwaa")
    server = process(folder / "account", "airflow_ecs.rehearsal.account.server", "--agent")
    with server as (_, announced):
        endpoint = f"http://127.0.0.1:{announced['port']}"
        cloud = EmulatedAccount(endpoint, REGION)
        role = run(EXAMPLE, cloud=cloud, stack="dev").outputs["executionRole"]
        gateway = Gateway(endpoint, REGION)
        gateway.start()
        try:
            with agent(endpoint, folder / "agent"):
                made = Environment(endpoint, {}, gateway)
                _let_ecs_take(made.client("iam"), role)
                made.variables.update(gateway.admit(_worker(role))["worker"])
                yield made
        finally:
            gateway.stop()


def _let_ecs_take(iam: Any, role: str) -> None:
    """Keys are given out to tasks of ECS; MWAA's own way to its role is not emulated."""
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.update_assume_role_policy(RoleName=role.rpartition("/")[2], PolicyDocument=document)


def _worker(role: str) -> Task:
    place = f"arn:aws:ecs:{REGION}:123456789012"
    return Task(
        arn=f"{place}:task/mwaa/worker",
        cluster_arn=f"{place}:cluster/mwaa",
        family="mwaa",
        revision=1,
        address="127.0.0.1",
        role_arn=role,
        containers=(Container(name="worker", image="mwaa"),),
        cpu=1024,
        memory=2048,
    )


def test_the_sample_dag_runs_the_task_and_shows_its_log(mwaa: Environment, tmp_path: Path) -> None:
    image = image_environment()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PYTHON"))}
    airflow = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(EXAMPLE / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "NO_PROXY": "127.0.0.1",
    }

    def command(*words: str) -> str:
        done = subprocess.run(
            [image / "bin" / "airflow", *words],
            env=inherited | airflow | mwaa.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    command("db", "migrate")
    said = command("dags", "test", "hello_from_fargate")

    assert "Hello from hello-world!" in said
    assert "state=success" in said
    (task,) = _tasks(mwaa.client("ecs"))
    assert task["containers"][0]["exitCode"] == 0
    assert mwaa.gateway.denials == []


def _tasks(ecs: Any) -> list[dict[str, Any]]:
    cluster = "airflow-ecs-cluster"
    arns = ecs.list_tasks(cluster=cluster, desiredStatus="STOPPED")["taskArns"]
    found: list[dict[str, Any]] = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
    return found


def test_the_role_may_do_nothing_but_that(mwaa: Environment, monkeypatch) -> None:
    for name, value in mwaa.variables.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    session = boto3.Session()
    mwaa.client("ecs").register_task_definition(
        family="other",
        containerDefinitions=[{"name": "main", "image": "hello-world", "memory": 128}],
    )
    mwaa.client("ssm").put_parameter(Name="/mwaa/other", Value="x", Type="String")
    refused = [
        lambda: session.client("ecs").run_task(
            cluster="airflow-ecs-cluster", taskDefinition="other", launchType="FARGATE"
        ),
        lambda: session.client("ssm").get_parameter(Name="/mwaa/other"),
        lambda: session.client("iam").list_roles(),
    ]
    for call in refused:
        with pytest.raises(ClientError, match="not authorized to perform"):
            call()
