"""An event of the account reaches the function that a rule names."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from airflow_ecs.rehearsal import aws_environment

from .conftest import ARN, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Workbench

pytestmark = pytest.mark.slow

CODE = """
import json, os
import boto3

def handler(event, context):
    value = json.dumps(event["resources"]) + os.environ["WHO"]
    boto3.client("ssm").put_parameter(Name="/told", Value=value, Type="String")
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Any]:
    """Clients of an account that is served."""
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "airflow_ecs.rehearsal.account.server"]
    with subprocess.Popen([*command, "--region", REGION, "--ready-file", ready]) as served:
        try:
            until(ready.exists)
            endpoint = f"http://127.0.0.1:{json.loads(ready.read_text())['port']}"
            with aws_environment.made_up(REGION, endpoint):
                yield boto3.Session()
        finally:
            served.terminate()


def until(condition: Any) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_rule_hands_a_new_value_of_its_secret_to_a_function(session: Any) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("main.py", CODE)
    trust = {"Service": "lambda.amazonaws.com"}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": trust}
    role = session.client("iam").create_role(
        RoleName="tells",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )["Role"]["Arn"]
    function = session.client("lambda").create_function(
        FunctionName="tells",
        Role=role,
        Runtime="python3.13",
        Handler="main.handler",
        Timeout=30,
        Environment={"Variables": {"WHO": " you"}},
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    secrets, events = session.client("secretsmanager"), session.client("events")
    told, other = (secrets.create_secret(Name=n, SecretString="1")["ARN"] for n in ("a", "b"))
    pattern = {"source": ["aws.secretsmanager"], "resources": [told]}
    events.put_rule(Name="new-value", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="new-value", Targets=[{"Id": "1", "Arn": function}])
    ssm = session.client("ssm")

    secrets.put_secret_value(SecretId=other, SecretString="2")
    secrets.put_secret_value(SecretId=told, SecretString="2")

    until(lambda: ssm.get_parameters(Names=["/told"])["Parameters"])
    value = ssm.get_parameter(Name="/told")["Parameter"]["Value"]
    assert value == json.dumps([told]) + " you"


def test_a_rule_and_its_target_are_as_declared(bench: Workbench) -> None:
    pattern = json.dumps({"source": ["aws.secretsmanager"]})
    rule = bench.create("aws:cloudwatch/eventRule:EventRule", "r", eventPattern=pattern)
    arn = ARN.format("lambda", "function:rolls")
    bench.create("aws:cloudwatch/eventTarget:EventTarget", "t", rule=rule.outputs["name"], arn=arn)

    events = bench.client("events")
    assert events.describe_rule(Name=rule.id)["EventPattern"] == pattern
    (target,) = events.list_targets_by_rule(Rule=rule.id)["Targets"]
    assert target["Arn"] == arn
