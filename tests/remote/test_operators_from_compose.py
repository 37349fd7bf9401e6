"""The operators of a Compose file; on whatever Airflow is installed, and skipped without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("airflow", reason="Airflow is not installed here; see docs/remote-tasks.md")

from airflow_ecs.remote import RemoteTaskError, remote_operators_from_compose

try:
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG

if TYPE_CHECKING:
    from pathlib import Path

FILE = """\
services:
  extract: {image: "extract:1", command: extract --all, cpus: 0.5}
  clean: {image: "clean:1", depends_on: [extract]}
  report: {image: "report:1", depends_on: [extract, clean]}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "compose.yaml"
    written.write_text(FILE)
    return written


def test_the_operators_run_in_the_order_of_the_file(path: Path) -> None:
    with DAG("pipeline", schedule=None) as dag:
        found = remote_operators_from_compose(path, None, "etl", spot_share=100, retries=2)
    assert {name: task.upstream_task_ids for name, task in found.items()} == {
        "extract": set(),
        "clean": {"extract"},
        "report": {"extract", "clean"},
    }
    assert set(dag.task_ids) == set(found)
    assert {task.retries for task in found.values()} == {2}


def test_an_operator_is_what_the_function_of_remote_tasks_makes(path: Path) -> None:
    with DAG("pipeline", schedule=None) as dag:
        found = remote_operators_from_compose(
            path, dag, "etl", changes={"extract": {"secret_values": ["token"], "task_memory": 2048}}
        )
    task = found["extract"].remote_task
    assert (task.group, task.name, task.image) == ("etl", "extract", "extract:1")
    assert task.command == ["extract", "--all"]
    assert task.size() == (512, 2048)
    assert task.secrets == {"TOKEN": "token"}
    assert found["clean"].remote_task.secrets == {}


def test_what_a_remote_task_refuses_is_told_with_the_service(path: Path) -> None:
    path.write_text("services: {my--job: {image: job}}")
    with pytest.raises(RemoteTaskError, match=r"compose\.yaml: services\.my--job: task_name is"):
        remote_operators_from_compose(path, DAG("pipeline", schedule=None), "etl")


def test_a_change_of_no_service_is_a_mistake(path: Path) -> None:
    with pytest.raises(RemoteTaskError, match="has no service 'exctract'"):
        remote_operators_from_compose(
            path, DAG("pipeline", schedule=None), "etl", changes={"exctract": {}}
        )
