"""Workers that race register once, on the account that rehearsals run on."""

from __future__ import annotations

import json
import multiprocessing
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from airflow_ecs.remote import Placement
from airflow_ecs.remote.registry import revision_for
from tests.rehearsal.agent.conftest import REGION, process
from tests.remote.conftest import PLACEMENT, remote_task

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

PROCESSES = 16


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    with process(tmp_path, "airflow_ecs.rehearsal.account.server") as (_, announced):
        yield f"http://127.0.0.1:{announced['port']}"


def client(endpoint: str, service: str) -> Any:
    return boto3.Session("test", "test", region_name=REGION).client(service, endpoint_url=endpoint)


def run(endpoint: str, stage: str) -> str:
    """What each of the workers does."""
    placement = Placement.from_json(json.dumps(PLACEMENT))
    wanted = remote_task(environment={"STAGE": stage}).definition(placement)
    return revision_for(wanted, placement, client(endpoint, "ecs"), client(endpoint, "ssm"))


def test_workers_that_race_register_each_change_once(endpoint: str) -> None:
    with multiprocessing.get_context("forkserver").Pool(PROCESSES) as pool:
        for number, stage in enumerate(["first", "second"], start=1):
            arns = set(pool.starmap(run, [(endpoint, stage)] * PROCESSES, chunksize=1))
            (arn,) = arns
            assert arn.endswith(f"task-definition/airflow-dev-task-reports--daily:{number}")
    registered = client(endpoint, "ecs").list_task_definitions()["taskDefinitionArns"]
    assert len(registered) == 2
