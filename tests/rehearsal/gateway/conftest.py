"""An emulated account in a process of its own, and roles in it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.session import Session

from airflow_ecs.rehearsal.account_clients import Account
from airflow_ecs.rehearsal.gateway.gateway import Gateway
from airflow_ecs.rehearsal.gateway.metadata import Container, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGION = "eu-central-1"
ACCOUNT_ID = "123456789012"


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """The account, with every right."""
    ready = tmp_path_factory.mktemp("account") / "ready.json"
    command = [sys.executable, "-m", "airflow_ecs.rehearsal.account.server", "--agent"]
    process = subprocess.Popen([*command, "--region", REGION, "--ready-file", str(ready)])
    try:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.05)
        yield Account(f"http://127.0.0.1:{json.loads(ready.read_text())['port']}", REGION)
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def gateway(account: Account) -> Iterator[Gateway]:
    running = Gateway(account.url, REGION)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def role(account: Account) -> Callable[..., str]:
    """Make a role with one inline policy of these statements; its ARN."""

    def make(*statements: dict[str, Any], trusted: str = "ecs-tasks.amazonaws.com") -> str:
        iam, name = account.client("iam"), f"role-{uuid.uuid4().hex[:12]}"
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": trusted}}
        arn = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )["Role"]["Arn"]
        if statements:
            document = {"Version": "2012-10-17", "Statement": list(statements)}
            iam.put_role_policy(
                RoleName=name, PolicyName="own", PolicyDocument=json.dumps(document)
            )
        return str(arn)

    return make


def allow(action: str | list[str], resource: str | list[str], **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


@pytest.fixture
def task() -> Callable[[str | None], Task]:
    """A task of one container under a role."""

    def make(role_arn: str | None) -> Task:
        place = f"arn:aws:ecs:{REGION}:{ACCOUNT_ID}"
        return Task(
            arn=f"{place}:task/airflow-dev/{uuid.uuid4().hex}",
            cluster_arn=f"{place}:cluster/airflow-dev",
            family="airflow-dev-web",
            revision=3,
            address="127.0.7.2",
            role_arn=role_arn,
            containers=(
                Container(
                    name="web",
                    image="example/airflow:1",
                    log_options={"awslogs-group": "/airflow/dev/web"},
                    cpu=512,
                    memory=1024,
                ),
            ),
            cpu=512,
            memory=1024,
        )

    return make


@pytest.fixture
def client(
    gateway: Gateway, task: Callable[[str | None], Task], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], Any]:
    """A client as code in a container makes it: from the container's environment alone."""

    def make(role_arn: str, service: str) -> Any:
        for name, value in gateway.admit(task(role_arn))["web"].items():
            monkeypatch.setenv(name, value)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        return Session().create_client(
            service, config=Config(retries={"total_max_attempts": 1}, proxies={})
        )

    return make
