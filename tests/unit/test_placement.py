"""What the cluster writes, DAG code reads."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from airflow_ecs.remote.placement import VARIABLE, Placement, PlacementError

PARTS = {
    "environment": "dev",
    "region": "eu-west-1",
    "cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-dev",
    "subnets": ["subnet-1", "subnet-2"],
    "security_groups": ["sg-1"],
    "assign_public_ip": False,
    "capacity_providers": [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}],
    "execution_role": "arn:aws:iam::123456789012:role/execution",
    "task_role": "arn:aws:iam::123456789012:role/task",
    "log_group": "/ecs/airflow-dev/tasks",
    "log_prefix": "ecs",
    "family_prefix": "airflow-dev-task-",
    "registry": "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    "parameter_path": "/airflow/dev",
    "values": {"warehouse": "wh-1"},
}


def test_what_is_written_is_read() -> None:
    written = json.dumps(Placement.document(**PARTS))
    read = Placement.from_environment({VARIABLE: written})
    for field in fields(Placement):
        expected = PARTS[field.name]
        assert getattr(read, field.name) == (
            tuple(expected) if isinstance(expected, list) else expected
        )


@pytest.mark.parametrize("parts", [{"environment": "dev"}, PARTS | {"zone": "a"}])
def test_the_deployment_can_leave_no_part_out_and_add_none(parts: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="a placement has the parts"):
        Placement.document(**parts)


def test_a_newer_cluster_may_say_more() -> None:
    assert Placement.from_json(json.dumps(PARTS | {"new": 1})).environment == "dev"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_what_is_no_placement_is_a_sentence(text: str) -> None:
    with pytest.raises(PlacementError, match=r"is not set|can't be read"):
        Placement.from_environment({VARIABLE: text})


def test_only_tasks_on_fargate_may_have_public_addresses() -> None:
    placement = Placement.from_json(json.dumps(PARTS | {"assign_public_ip": True}))
    fargate = placement.network(on_instances=False)["awsvpcConfiguration"]
    instances = placement.network(on_instances=True)["awsvpcConfiguration"]
    assert (fargate["assignPublicIp"], instances["assignPublicIp"]) == ("ENABLED", "DISABLED")
    assert fargate["subnets"] == PARTS["subnets"]
