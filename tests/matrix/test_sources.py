"""DAGs reach each executor from each source while it runs, and a run keeps to its version."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal import smoke_logs, smoke_run
from airflow_ecs.rehearsal.deployed import Deployed
from tests.matrix import sources
from tests.matrix.combinations import SMOKED, settings_of
from tests.rehearsed import Rehearsed, wait

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airflow_ecs.rehearsal.airflow_api import AirflowApi, Run
    from tests.matrix.combinations import Combination
    from tests.matrix.sources import Source

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def source(combination: Combination, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """A source with nothing in it yet, and Airflow up."""
    rehearsed = Rehearsed.copied_to(tmp_path_factory.mktemp("source"))
    found = combination.source(rehearsed)
    rehearsed.configure(**(found.settings() | settings_of(combination.executor)))
    with rehearsed.running():
        yield found


@pytest.fixture(scope="module")
def api(source: Source) -> AirflowApi:
    return source.rehearsed.api()


def test_a_new_dag_appears_without_a_deployment_and_runs_with_its_logs(
    combination: Combination, source: Source, api: AirflowApi, tmp_path: Path
) -> None:
    sources.write(tmp_path / "one", "one", seconds=3 * sources.REFRESH)
    source.put(tmp_path / "one", "one")
    wait(lambda: api.knows("example"), "the DAG is there")
    smoke = source.rehearsed.smoke()
    assert smoke.returncode == 0, smoke.stderr
    for words in SMOKED[combination.executor]:
        assert words in smoke.stdout


def test_a_run_keeps_to_the_version_that_it_began_with(
    source: Source, api: AirflowApi, tmp_path: Path
) -> None:
    run = api.start("versioned", {})
    wait(lambda: "running" in [one.state for one in api.tasks(run)], "its first task runs")
    before = version(api)
    sources.write(tmp_path / "two", "two")
    source.put(tmp_path / "two", "two")
    if source.keeps:
        wait(lambda: version(api) != before, "the new version has been read")
    else:
        time.sleep(2 * sources.REFRESH)
    wait(lambda: api.state(run) in ("success", "failed"), "the run has ended")
    if source.keeps:
        assert said(api, run, source) == ["first of one", "second of one"]
    run = smoke_run.finish(api, "versioned")
    assert said(api, run, source) == ["first of two", "second of two"]


def test_a_dag_that_can_not_be_imported_is_told_and_the_others_stay(
    source: Source, api: AirflowApi, tmp_path: Path
) -> None:
    sources.write(tmp_path / "three", "three")
    # Airflow reads only files that speak of both words.
    broken = "import nothing_of_this_name\nfrom airflow.sdk import DAG\n"
    (tmp_path / "three" / "broken.py").write_text(broken)
    source.put(tmp_path / "three", "three")
    wait(lambda: bool(import_errors(api)), "the page shows it")
    assert "nothing_of_this_name" in import_errors(api)[0]
    assert api.knows("example")


def test_a_source_that_is_lost_leaves_all_as_it_was(
    combination: Combination, source: Source, api: AirflowApi
) -> None:
    if not source.complaint:
        pytest.skip("a folder that is gone is one without DAGs to Airflow")
    reader = "standalone" if combination.executor == "standalone" else "dag-processor"
    before, said_before = source.rehearsed.ends(), len(source.rehearsed.log(reader))
    source.lose()
    wait(lambda: source.complaint in source.rehearsed.log(reader)[said_before:], "its loss is told")
    time.sleep(2 * sources.REFRESH)
    assert api.knows("example")
    assert api.knows("versioned")
    assert source.rehearsed.ends() == before
    assert all(service.is_well for service in source.rehearsed.services.now())


def import_errors(api: AirflowApi) -> list[str]:
    """The traces that the page shows of files that it can't read."""
    answer = api.ask("GET", "/api/v2/importErrors")
    return [one["stack_trace"] for one in answer["import_errors"]]


def version(api: AirflowApi) -> str:
    """Which version of the DAG new runs will have."""
    return str(api.ask("GET", "/api/v2/dags/versioned")["bundle_version"])


def said(api: AirflowApi, run: Run, source: Source) -> list[str]:
    """What the tasks of a run have printed of their version, once S3 has all of their logs."""
    smoke_logs.stored(api, run, Deployed(source.rehearsed.state))
    found = []
    for task in sorted(api.tasks(run), key=lambda one: one.task):
        found += [line for line in api.log(run, task).messages if " of " in line]
    return found
