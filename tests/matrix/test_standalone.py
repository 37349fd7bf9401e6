"""The single container runs a DAG, with its logs, and begins anew when a part of it has ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_ecs import cli
from airflow_ecs.rehearsal.deployed import Deployed
from tests.matrix.sources import S3Files, write
from tests.rehearsed import ROOT, Rehearsed, wait

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

POOLS = ROOT / "docker" / "pools.json"

CONFIG = """config:
  aws:region: eu-west-1
  airflow:executor: standalone
  airflow:ingress: {allowed_cidrs: [203.0.113.7/32]}
  airflow:dags: {source: s3, refresh_seconds: 5}
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    rehearsed = Rehearsed.copied_to(tmp_path_factory.mktemp("standalone"))
    (rehearsed.folder / "Pulumi.dev.yaml").write_text(CONFIG)
    with rehearsed.running():
        yield rehearsed


def test_a_dag_that_is_put_to_s3_runs_and_its_logs_are_read_live_and_stored(
    up: Rehearsed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "one")
    S3Files(up).put(tmp_path, "one")
    api = up.api()
    wait(lambda: api.knows("countdown"), "its DAGs are there")
    code = cli.main(["smoke", "--project", str(up.folder), "--pools", str(POOLS)])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    assert "its 3 tasks ran in the service standalone at 127.0." in printed.out
    assert "is read while its task runs, from http://127.0." in printed.out
    assert "no Flower is deployed" in printed.out


def test_the_page_is_where_the_outputs_say(up: Rehearsed) -> None:
    page = Deployed(up.state).airflow.url
    assert list(up.state.pages.values())[:1] == [page]
    assert up.state.outputs["url"] == ""
    assert printed_by(up, str(up.state.outputs["findUrlCommand"])) == page


def test_standalone_begins_anew_when_one_of_its_processes_has_ended(up: Rehearsed) -> None:
    before = Deployed(up.state).airflow.url
    (triggerer, *_) = up.processes_of("airflow triggerer")
    os.kill(triggerer, 9)
    wait(lambda: not up.service("standalone").is_well, "its end has been noticed")
    wait(lambda: up.service("standalone").is_well, "it runs again")
    assert "airflow triggerer has ended with -9." in up.log("standalone")
    deployed = Deployed(up.state)
    assert deployed.airflow.url != before
    # Password and pools are those of before, and SQLite has nothing else.
    api = up.api()
    assert "remote" in api.pools()


def printed_by(up: Rehearsed, command: str) -> str:
    """What a command prints that a user is handed, with the CLI of this environment."""
    keys = {
        "AWS_ENDPOINT_URL": up.state.endpoint,
        "AWS_ACCESS_KEY_ID": "rehearsal",
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["sh", "-c", command], env=keys, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
