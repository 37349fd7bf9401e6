"""A password that RDS changes while DAGs run costs no run, and no person."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.deployed import Deployed
from airflow_ecs.rehearsal.smoke_run import wait_for_dag
from tests.rehearsed import Rehearsed, wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.airflow_api import AirflowApi, Run

pytestmark = pytest.mark.slow

CONFIG = """config:
  aws:region: eu-west-1
  airflow:database: {credentials: secrets-manager}
"""
HAVING = ("web", "scheduler", "dag-processor", "triggerer")

# Seconds that a task lasts which is under way all the time.
LASTS = 45


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    rehearsed = Rehearsed.copied_to(tmp_path_factory.mktemp("rotation"))
    (rehearsed.folder / "Pulumi.dev.yaml").write_text(CONFIG)
    with rehearsed.running():
        yield rehearsed


def test_a_rotation_rolls_the_services_and_no_run_fails(up: Rehearsed) -> None:
    deployed = Deployed(up.state)
    api = up.api()
    wait_for_dag(api, "countdown")
    before = {service: deployed.addresses(service) for service in (*HAVING, "worker")}
    under_way = api.start("countdown", {"seconds": LASTS})
    wait(lambda: state(api, under_way) == "running", "the task runs")

    began = time.monotonic()
    rotate(up)
    wait(
        lambda: not any(before[service] & deployed.addresses(service) for service in HAVING),
        "every service that has the password has a new task, and the old one is gone",
    )
    print(f"rolled {time.monotonic() - began:.0f} s after the rotation")
    later = api.start("example", {})

    for run in (under_way, later):
        wait(lambda run=run: state(api, run) in ("success", "failed"), f"{run.dag} has ended")
        assert state(api, run) == "success"
    assert deployed.addresses("worker") == before["worker"]
    up.wait_until_well()


def rotate(up: Rehearsed) -> None:
    """What RDS does every seven days."""
    (secret,) = up.client("secretsmanager").list_secrets()["SecretList"]
    up.client("secretsmanager").rotate_secret(SecretId=secret["ARN"])


def state(api: AirflowApi, run: Run) -> str:
    """How a run is; "" where the page is just being replaced."""
    try:
        return api.state(run)
    except RehearsalError:
        return ""
