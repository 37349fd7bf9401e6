"""`airflow-ecs tasks` on what is rehearsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_ecs import cli
from airflow_ecs.rehearsal.background import Background
from airflow_ecs.rehearsal.state import State, StateFolder
from airflow_ecs.tasks import account
from tests.rehearsal.agent.conftest import REGION, process
from tests.tasks.test_commands import FAMILY, PREFIX, left, register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A folder for whose stack `dev` an empty account is served."""
    folder = StateFolder(tmp_path, "dev")
    with process(folder.path, "airflow_ecs.rehearsal.account.server") as (started, announced):
        state = State(
            project="p",
            stack="dev",
            region=REGION,
            endpoint=f"http://127.0.0.1:{announced['port']}",
            account=Background(pid=started.pid, token=str(folder.path)),
            deployed=True,
        )
        folder.write(state)
        yield tmp_path


def test_they_ask_the_rehearsal_of_the_project_and_no_other_account(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where AWS itself would be asked, nobody answers.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    ecs = account.rehearsed(project, "dev")
    register(ecs, 3)
    where = ["--project", str(project), "--stack", "dev"]

    assert cli.main(["tasks", "diff", FAMILY, *where]) == 0
    assert "~ containerDefinitions[load].image: 'load:2' -> 'load:3'" in capsys.readouterr().out
    assert cli.main(["tasks", "gc", PREFIX, "--keep", "2", *where, "--apply"]) == 0
    assert capsys.readouterr().out == f"{FAMILY}: removing 1\n"
    assert left(ecs) == [2, 3]
    assert cli.main(["tasks", "list", PREFIX, *where]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
