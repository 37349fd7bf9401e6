"""A served account with an agent, and a short way to say what shall run there."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REGION = "eu-central-1"
ROOT = Path(__file__).parents[3]

# Seconds; everything here takes one or two, on a machine that has nothing else to do.
PATIENCE = 60.0

# What stands for two images: a Python program, and a shell script.
IMAGES = {"python": [sys.executable, "-c"], "sh": ["/bin/sh", "-c"]}


def until(look: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What `look` finds, once that is something."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline, "what was waited for has not come true"
        time.sleep(0.05)
    return found


@contextmanager
def process(state: Path, module: str, *arguments: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A module of the rehearsal as a process of its own, and what it has announced."""
    state.mkdir(parents=True, exist_ok=True)
    ready = state / "ready.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", module, "--region", REGION, "--ready-file", str(ready)]
    with (state / "log").open("a") as log:
        started = subprocess.Popen([*command, *arguments], cwd=ROOT, stdout=log, stderr=log)
    try:
        until(lambda: ready.exists() or started.poll() is not None)
        assert started.poll() is None, (state / "log").read_text()
        yield started, json.loads(ready.read_text())
    finally:
        started.terminate()
        started.wait(PATIENCE)


@contextmanager
def agent(endpoint: str, state: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """An agent for the account at the endpoint."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
    given = ["--endpoint", endpoint, "--state", str(state), "--images", json.dumps(IMAGES)]
    given += ["--balancer-port", port]
    with process(state, "airflow_ecs.rehearsal.agent", *given, *arguments) as (started, _):
        yield started


class Cluster:
    """A cluster whose tasks have a role for what ECS does for them, limited to `/app/`."""

    def __init__(self, endpoint: str, state: Path) -> None:
        self.endpoint = endpoint
        self.state = state
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self._session = boto3.Session(region_name=REGION, **keys)
        self.ecs = self.client("ecs")
        self.name = "airflow"
        self.ecs.create_cluster(clusterName=self.name)
        vpc = self.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.vpc = vpc
        subnet = self.client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]
        self.network = {
            "awsvpcConfiguration": {"subnets": [subnet["SubnetId"]], "securityGroups": []}
        }
        self.client("logs").create_log_group(logGroupName="app")
        self.client("ssm").put_parameter(Name="/app/word", Value="swordfish", Type="SecureString")
        self.client("ssm").put_parameter(Name="/else/word", Value="secret", Type="SecureString")
        self.role = self._make_role()

    def client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self.endpoint)

    def define(self, family: str, program: str, **container: Any) -> str:
        """A definition with one container, `main`, which runs a Python program."""
        described = {
            "name": "main",
            "image": "python",
            "command": [program],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "app",
                    "awslogs-region": REGION,
                    "awslogs-stream-prefix": "ecs",
                },
            },
        } | container
        return self.register(family, [described])

    def register(self, family: str, containers: list[dict[str, Any]]) -> str:
        answer = self.ecs.register_task_definition(
            family=family,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            executionRoleArn=self.role,
            taskRoleArn=self.role,
            containerDefinitions=containers,
        )
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def run(self, definition: str, **given: Any) -> str:
        """Start a task as anybody may, and tell its ARN."""
        answer = self.ecs.run_task(
            cluster=self.name,
            taskDefinition=definition,
            launchType="FARGATE",
            networkConfiguration=self.network,
            **given,
        )
        return str(answer["tasks"][0]["taskArn"])

    def serve(self, name: str, definition: str, **given: Any) -> None:
        """Make a service of one task."""
        self.ecs.create_service(
            cluster=self.name,
            serviceName=name,
            taskDefinition=definition,
            **({"desiredCount": 1, "launchType": "FARGATE"} | given),
            networkConfiguration=self.network,
        )

    def end_service(self, name: str) -> None:
        """Delete a service, and wait until its tasks have stopped."""
        tasks = self.of_service(name)
        self.ecs.delete_service(cluster=self.name, service=name, force=True)
        for arn in tasks:
            self.reaches(arn, "STOPPED")

    def task(self, arn: str) -> dict[str, Any]:
        described: dict[str, Any] = self.ecs.describe_tasks(cluster=self.name, tasks=[arn])
        found: dict[str, Any] = described["tasks"][0]
        return found

    def reaches(self, arn: str, status: str) -> dict[str, Any]:
        """The task, once it has that status."""
        until(lambda: self.task(arn)["lastStatus"] == status)
        return self.task(arn)

    def of_service(self, name: str) -> list[str]:
        """The tasks of a service that shall run."""
        answer = self.ecs.list_tasks(cluster=self.name, serviceName=name)
        return list(answer["taskArns"])

    def running(self, name: str) -> dict[str, Any]:
        """The one task of a service, once it runs."""

        def look() -> dict[str, Any] | None:
            for arn in self.of_service(name):
                if (task := self.task(arn))["lastStatus"] == "RUNNING":
                    return task
            return None

        found: dict[str, Any] = until(look)
        return found

    def service(self, name: str) -> dict[str, Any]:
        answer = self.ecs.describe_services(cluster=self.name, services=[name])
        found: dict[str, Any] = answer["services"][0]
        return found

    def said(self, arn: str) -> list[str]:
        """What a task's container has said, as CloudWatch has it."""
        stream = f"ecs/main/{arn.rsplit('/', 1)[-1]}"
        answer = self.client("logs").get_log_events(logGroupName="app", logStreamName=stream)
        return [event["message"] for event in answer["events"]]

    def denials(self) -> list[dict[str, Any]]:
        """What the agent tells of refused calls."""
        url = json.loads((self.state / "ready.json").read_text())["introspection"]
        with urllib.request.urlopen(f"{url}/v1/denials", timeout=30) as answer:  # noqa: S310
            found: list[dict[str, Any]] = json.load(answer)
            return found

    def _make_role(self) -> str:
        iam = self.client("iam")
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        role = iam.create_role(RoleName="task", AssumeRolePolicyDocument=_document(trust))["Role"]
        logs = {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
        own = f"arn:aws:ssm:{REGION}:123456789012:parameter/app/*"
        ssm = {"Action": ["ssm:GetParameter", "ssm:GetParameters"], "Resource": own}
        iam.put_role_policy(
            RoleName="task",
            PolicyName="own",
            PolicyDocument=_document(logs | {"Effect": "Allow"}, ssm | {"Effect": "Allow"}),
        )
        return str(role["Arn"])


def _document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a served account whose tasks wait for an agent."""
    state = tmp_path_factory.mktemp("account")
    server = process(state, "airflow_ecs.rehearsal.account.server", "--agent")
    with server as (_, announced):
        yield f"http://127.0.0.1:{announced['port']}"


@pytest.fixture(scope="module")
def cluster(account: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster whose tasks an agent runs."""
    made = Cluster(account, tmp_path_factory.mktemp("agent"))
    with agent(account, made.state):
        yield made


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def kill(started: subprocess.Popen[bytes]) -> None:
    """End an agent so that it can do nothing about it."""
    started.send_signal(signal.SIGKILL)
    started.wait(PATIENCE)
