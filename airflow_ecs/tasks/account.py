"""The account that `airflow-ecs tasks` looks at: AWS's own, or that of a rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from airflow_ecs.rehearsal import aws_environment
from airflow_ecs.rehearsal.state import StateFolder
from airflow_ecs.tasks.errors import TasksError

if TYPE_CHECKING:
    from pathlib import Path

# Slows down by itself where AWS says that calls come too fast.
_PATIENT = {"mode": "adaptive", "total_max_attempts": 10}


def aws() -> Any:
    """ECS as the usual AWS variables, profile or role say."""
    return boto3.client("ecs", config=Config(retries=_PATIENT))


def rehearsed(project: Path, stack: str) -> Any:
    """ECS of the account that is served for a stack.

    Raises:
        TasksError: nothing is served.
    """
    state = StateFolder(project, stack).read()
    if state is None or not state.is_up:
        raise TasksError(
            f"nothing is served for the stack {stack} in {project}; run `airflow-ecs rehearse` "
            "there, or leave out --project and --stack for AWS itself."
        )
    keys = aws_environment.variables(state.region)
    return boto3.client(
        "ecs",
        region_name=state.region,
        endpoint_url=state.endpoint,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        # Loopback goes through no proxy.
        config=Config(retries=_PATIENT, proxies={}),
    )
