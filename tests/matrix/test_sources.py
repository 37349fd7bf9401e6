"""DAGs reach a running Airflow from each source, and a run keeps to its version."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal import smoke_run
from airflow_ecs.rehearsal.airflow_api import AirflowApi
from airflow_ecs.rehearsal.deployed import Deployed
from tests.faults.rehearsed import Rehearsed, wait
from tests.matrix import sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airflow_ecs.rehearsal.airflow_api import Run
    from tests.matrix.sources import Source

pytestmark = pytest.mark.slow

# One of each is smoked, under another executor where there is one.
CONFIGURATIONS = [
    ("celery", sources.S3Releases),
    ("local", sources.EfsReleases),
    ("local", sources.Git),
]


@pytest.fixture(
    scope="module", params=CONFIGURATIONS, ids=lambda one: f"{one[0]}-{one[1].__name__}"
)
def source(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Source]:
    """A source with nothing in it yet, and Airflow up."""
    executor, kind = request.param
    rehearsed = Rehearsed.copied_to(tmp_path_factory.mktemp("source"))
    found: Source = kind(rehearsed)
    settings = found.settings() | {"executor": executor}
    if executor != "celery":
        settings |= {"flower": False, "services": {}}
    rehearsed.configure(**settings)
    up = rehearsed.up()
    try:
        assert up.returncode == 0, up.stderr
        yield found
    finally:
        rehearsed.down()
    assert rehearsed.processes() == {}


@pytest.fixture(scope="module")
def api(source: Source) -> AirflowApi:
    deployed = Deployed(source.rehearsed.state)
    return AirflowApi(deployed.airflow, *deployed.admin())


def test_a_new_dag_appears_without_a_deployment_and_runs(
    source: Source, api: AirflowApi, tmp_path: Path
) -> None:
    sources.write(tmp_path / "one", "one", seconds=3 * sources.REFRESH)
    source.put(tmp_path / "one", "one")
    wait(lambda: api.knows("example"), "the DAG is there")
    smoke = source.rehearsed.smoke()
    assert smoke.returncode == 0, smoke.stderr


def test_a_run_keeps_to_the_version_that_it_began_with(
    source: Source, api: AirflowApi, tmp_path: Path
) -> None:
    run = api.start("versioned", {})
    wait(lambda: "running" in [one.state for one in api.tasks(run)], "its first task runs")
    sources.write(tmp_path / "two", "two")
    source.put(tmp_path / "two", "two")
    time.sleep(2 * sources.REFRESH)
    wait(lambda: api.state(run) in ("success", "failed"), "the run has ended")
    assert said(api, run) == ["first of one", "second of one"]
    assert said(api, smoke_run.finish(api, "versioned")) == ["first of two", "second of two"]


def said(api: AirflowApi, run: Run) -> list[str]:
    """What the tasks of a run have printed of their version."""
    found = []
    for task in sorted(api.tasks(run), key=lambda one: one.task):
        found += [line for line in api.log(run, task).messages if " of " in line]
    return found
