"""A Fargate task for Amazon MWAA, as its example makes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.examples.conftest import ACCOUNT, REGION, deployed

HERE = f"{REGION}:{ACCOUNT}"

pytestmark = pytest.mark.slow


def one(type_: str, name: str) -> dict[str, Any]:
    return deployed("mwaa").one(type_, name).inputs


def test_mwaa_finds_its_task_by_six_parameters() -> None:
    recording = deployed("mwaa")
    read = {
        parameter.inputs["name"]: parameter.inputs["value"]
        for parameter in recording.of("aws:ssm/parameter:Parameter")
        if parameter.inputs["name"].startswith("/mwaa/")
    }
    (vpc,) = recording.of("awsx:ec2:Vpc")
    subnets = recording.created[vpc.urn].outputs["privateSubnetIds"]
    assert len(subnets) == 2
    assert read == {
        "/mwaa/ecs/cluster": "airflow-ecs-cluster",
        "/mwaa/ecs/task_definition": "airflow-ecs-operator",
        "/mwaa/vpc/private_subnets": ",".join(subnets),
        "/mwaa/vpc/security_group": recording.outputs["securityGroupId"],
        "/mwaa/cw/log_group": "/ecs/airflow-ecs-operator",
        "/mwaa/cw/log_stream": "ecs/hello-world",
    }


def test_mwaas_task_is_the_small_hello_world_that_was_published() -> None:
    task = one("aws:ecs/taskDefinition:TaskDefinition", "jobs-mwaa")
    assert (task["family"], task["cpu"], task["memory"]) == ("airflow-ecs-operator", "256", "512")
    assert (task["networkMode"], task["requiresCompatibilities"]) == ("awsvpc", ["FARGATE"])
    (container,) = json.loads(task["containerDefinitions"])
    assert (container["name"], container["image"]) == ("hello-world", "hello-world")
    options = container["logConfiguration"]["options"]
    assert options["awslogs-group"] == "/ecs/airflow-ecs-operator"
    assert options["awslogs-stream-prefix"] == "ecs"
    assert one("aws:ecs/cluster:Cluster", "jobs")["name"] == "airflow-ecs-cluster"
    assert one("aws:cloudwatch/logGroup:LogGroup", "jobs")["name"] == "/ecs/airflow-ecs-operator"


def test_mwaas_role_may_run_that_task_and_nothing_else() -> None:
    task = one("aws:ecs/taskDefinition:TaskDefinition", "jobs-mwaa")
    policy = one("aws:iam/rolePolicy:RolePolicy", "jobs-mwaa")
    assert deployed("mwaa").outputs["executionRole"].endswith(f":role/{policy['role']}")
    on_cluster = {"ArnEquals": {"ecs:cluster": f"arn:aws:ecs:{HERE}:cluster/airflow-ecs-cluster"}}
    to_ecs = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    parameters = (
        "/mwaa/ecs/cluster",
        "/mwaa/ecs/task_definition",
        "/mwaa/vpc/private_subnets",
        "/mwaa/vpc/security_group",
        "/mwaa/cw/log_group",
        "/mwaa/cw/log_stream",
    )
    expected = [
        (
            ["ecs:RunTask"],
            [f"arn:aws:ecs:{HERE}:task-definition/airflow-ecs-operator:*"],
            on_cluster,
        ),
        (
            ["ecs:DescribeTasks", "ecs:StopTask"],
            [f"arn:aws:ecs:{HERE}:task/airflow-ecs-cluster/*"],
            on_cluster,
        ),
        (["iam:PassRole"], [task["executionRoleArn"], task["taskRoleArn"]], to_ecs),
        (["ecs:ListTasks"], ["*"], on_cluster),
        (
            ["logs:GetLogEvents"],
            [f"arn:aws:logs:{HERE}:log-group:/ecs/airflow-ecs-operator:*"],
            None,
        ),
        (
            ["ssm:GetParameter", "ssm:GetParameters"],
            [f"arn:aws:ssm:{HERE}:parameter{name}" for name in parameters],
            None,
        ),
    ]
    found = [
        (statement["Action"], statement["Resource"], statement.get("Condition"))
        for statement in json.loads(policy["policy"])["Statement"]
    ]
    assert found == expected
