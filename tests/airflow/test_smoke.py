"""The smoke test sees that a running Airflow works, and names what does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from airflow_ecs import cli
from airflow_ecs.rehearsal import smoke_flower, smoke_pools, smoke_run
from airflow_ecs.rehearsal.airflow_api import AirflowApi
from airflow_ecs.rehearsal.declared import RehearsalError
from tests.rehearsed import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.airflow.conftest import Running

pytestmark = pytest.mark.slow

POOLS = ROOT / "docker" / "pools.json"

CHECKED = [
    "redirections lead to http://airflow.localhost:",
    "admin signs in at http://airflow.localhost:",
    "the pools are those of ",
    "the DAG example is there",
    "a run of example is a success",
    "its 3 tasks ran in the service worker at 127.0.",
    "the logs of example, 3 of them, are read from s3://airflow-logs-",
    "the log of countdown is read while its task runs, from http://127.0.",
    "Flower refuses without its login, and with it lists celery@",
]


@pytest.fixture(scope="module")
def api(running: Running) -> AirflowApi:
    return AirflowApi(running.deployed.airflow, *running.deployed.admin())


def test_a_line_is_printed_for_each_part_that_works(
    running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.main(["smoke", "--project", str(running.folder), "--pools", str(POOLS)])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    lines = printed.out.splitlines()
    assert [
        line.split("] ")[1][: len(seen)] for line, seen in zip(lines, CHECKED, strict=True)
    ] == (CHECKED)


def test_a_failure_is_one_sentence_and_exit_code_1(
    running: Running, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke_run, "PATIENCE", 1.0)
    code = cli.main(["smoke", "--project", str(running.folder), "--dag", "missing"])
    printed = capsys.readouterr()
    assert code == 1
    assert "error: Airflow has no DAG missing after 1 s: the DAG processor" in printed.err
    assert "Traceback" not in printed.err


def test_a_wrong_password_is_named(running: Running) -> None:
    with pytest.raises(RehearsalError, match=r"/auth/token answers 401: .*Invalid credentials"):
        AirflowApi(running.deployed.airflow, "admin", "wrong")


def test_a_pool_that_the_migration_did_not_import_is_named(api: AirflowApi, tmp_path: Path) -> None:
    file = tmp_path / "pools.json"
    file.write_text(json.dumps({"remote": {"slots": 33}}))
    with pytest.raises(
        RehearsalError, match=r"gives the pool remote 33 slots, .*remote \(32 slots"
    ):
        smoke_pools.check(api, file)


def test_a_parameter_that_the_dag_refuses_is_told_in_airflows_words(api: AirflowApi) -> None:
    smoke_run.wait_for_dag(api, "countdown")
    with pytest.raises(RehearsalError, match=r"countdown/dagRuns answers 400: .*minimum of 1"):
        api.start("countdown", {"seconds": 0})


def test_a_flower_that_takes_another_login_is_named(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(running.deployed), "flower_login", lambda _: "airflow:wrong")
    with pytest.raises(RehearsalError, match="Flower answers 401 to the login of its own"):
        smoke_flower.check(running.deployed)


def test_a_worker_that_flower_does_not_hear_is_named(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke_flower, "_PATIENCE", 0.0)
    monkeypatch.setattr(type(running.deployed), "addresses", lambda *_: {"10.0.0.1"})
    with pytest.raises(RehearsalError, match=r"Flower lists celery@.*, and not ip-10-0-0-1"):
        smoke_flower.check(running.deployed)
