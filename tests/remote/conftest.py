"""A place for remote tasks, and a task to run there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_ecs.remote import Placement, RemoteTask

PLACEMENT: dict[str, Any] = {
    "environment": "dev",
    "region": "eu-central-1",
    "cluster": "arn:aws:ecs:eu-central-1:123456789012:cluster/airflow-dev",
    "subnets": ["subnet-1", "subnet-2"],
    "security_groups": ["sg-1"],
    "assign_public_ip": False,
    "capacity_providers": [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}],
    "execution_role": "arn:aws:iam::123456789012:role/execution",
    "task_role": "arn:aws:iam::123456789012:role/task",
    "log_group": "/ecs/airflow-dev/tasks",
    "log_prefix": "ecs",
    "family_prefix": "airflow-dev-task-",
    "registry": "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
    "parameter_path": "/airflow/dev",
    "values": {"warehouse": "wh-1", "bucket": "data"},
}


@pytest.fixture
def placement() -> Placement:
    return Placement.from_json(json.dumps(PLACEMENT))


def remote_task(**changes: Any) -> RemoteTask:
    """A task that differs from the plainest one in these parts."""
    return RemoteTask(**{"group": "reports", "name": "daily", "image": "reports:1.4"} | changes)
