"""A task finds its keys and what is known of it, and only its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from airflow_ecs.rehearsal.gateway.sessions import RoleRefusedError

from .conftest import REGION, allow

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_ecs.rehearsal.gateway.gateway import Gateway
    from airflow_ecs.rehearsal.gateway.metadata import Task

pytestmark = pytest.mark.slow


def get(url: str) -> dict[str, Any]:
    with urlopen(url) as response:  # noqa: S310
        found: dict[str, Any] = json.loads(response.read())
    return found


def test_what_is_added_to_an_environment_is_a_closed_list(
    gateway: Gateway, role: Callable[..., str], task: Callable[..., Task]
) -> None:
    variables = gateway.admit(task(role()))["web"]
    assert variables.keys() == {
        "AWS_CONFIG_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_DEFAULT_REGION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENDPOINT_URL",
        "AWS_EXECUTION_ENV",
        "AWS_REGION",
        "AWS_SHARED_CREDENTIALS_FILE",
        "ECS_CONTAINER_METADATA_URI_V4",
    }
    assert variables["AWS_REGION"] == REGION
    # ECS gives no keys to a task without a role.
    without = gateway.admit(task(None))["web"]
    assert variables.keys() - without.keys() == {"AWS_CONTAINER_CREDENTIALS_FULL_URI"}


def test_keys_are_the_tasks_own_and_last(
    gateway: Gateway, role: Callable[..., str], task: Callable[..., Task]
) -> None:
    one, other = task(role()), task(role())
    addresses = [
        gateway.admit(each)["web"]["AWS_CONTAINER_CREDENTIALS_FULL_URI"] for each in (one, other)
    ]
    keys = [get(address) for address in addresses]
    assert [each["RoleArn"] for each in keys] == [one.role_arn, other.role_arn]
    assert keys[0]["AccessKeyId"] != keys[1]["AccessKeyId"]
    assert get(addresses[0]) == keys[0]
    expires = datetime.fromisoformat(keys[0]["Expiration"])
    assert expires - datetime.now(UTC) > timedelta(minutes=30)


def test_a_task_that_has_ended_has_no_keys(
    gateway: Gateway, role: Callable[..., str], task: Callable[..., Task]
) -> None:
    ended = task(role(allow("ssm:DescribeParameters", "*")))
    variables = gateway.admit(ended)["web"]
    keys = get(variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
    ssm = Session().create_client(
        "ssm",
        region_name=REGION,
        endpoint_url=gateway.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["Token"],
    )
    assert "Parameters" in ssm.describe_parameters()
    gateway.dismiss(ended.id)
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        ssm.describe_parameters()
    for name in ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "ECS_CONTAINER_METADATA_URI_V4"):
        with pytest.raises(HTTPError, match="404"):
            get(variables[name])


def test_a_role_that_does_not_trust_ecs_starts_no_task(
    gateway: Gateway, role: Callable[..., str], task: Callable[..., Task]
) -> None:
    for arn in (role(trusted="lambda.amazonaws.com"), role() + "-gone"):
        with pytest.raises(RoleRefusedError, match="unable to assume the role '" + arn):
            gateway.admit(task(arn))
        with pytest.raises(RoleRefusedError, match="trust relationship"):
            gateway.take_role(arn, "a-task")


def test_a_container_reads_what_ecs_tells_of_it(
    gateway: Gateway, task: Callable[..., Task]
) -> None:
    running = task(None)
    own = gateway.admit(running)["web"]["ECS_CONTAINER_METADATA_URI_V4"]
    container = get(own)
    assert container["Name"] == container["DockerName"] == "web"
    assert container["Image"] == "example/airflow:1"
    assert container["LogDriver"] == "awslogs"
    assert container["LogOptions"] == {"awslogs-group": "/airflow/dev/web"}
    assert container["Networks"] == [{"NetworkMode": "awsvpc", "IPv4Addresses": ["127.0.7.2"]}]
    assert container["Labels"]["com.amazonaws.ecs.task-arn"] == running.arn
    whole = get(f"{own}/task")
    assert whole["TaskARN"] == running.arn
    assert whole["Cluster"] == running.cluster_arn
    assert (whole["Family"], whole["Revision"]) == ("airflow-dev-web", "3")
    assert whole["Limits"] == {"CPU": 0.5, "Memory": 1024}
    assert whole["Containers"] == [container]
