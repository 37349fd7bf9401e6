"""`airflow-ecs logs` prints what one service says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from airflow_ecs import cli
from airflow_ecs.rehearsal.background import Background
from airflow_ecs.rehearsal.state import State, StateFolder
from tests.rehearsed import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A stack `dev` whose worker and web server have said something."""
    folder = StateFolder(tmp_path, "dev").path / "logs"
    folder.mkdir(parents=True)
    (folder / "airflow-dev-worker.log").write_text("celery is ready\n")
    (folder / "airflow-dev-web.log").write_text("uvicorn is ready\n")
    return tmp_path


@pytest.fixture
def agent(project: Path) -> Iterator[subprocess.Popen[bytes]]:
    """What stands for the agent of a stack that is up."""
    process = subprocess.Popen([sys.executable, "-c", "input()", "token"], stdin=subprocess.PIPE)
    known = Background(pid=process.pid, token="token")
    state = State(
        project="shop",
        stack="dev",
        region="eu-west-1",
        endpoint="http://127.0.0.1:1",
        account=known,
        agent=known,
        deployed=True,
    )
    StateFolder(project, "dev").write(state)
    with process:
        yield process
        process.kill()


def following(project: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "airflow_ecs.cli", "logs", "--service", "worker", "--follow"]
    return subprocess.Popen(
        [*command, "--project", project],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def say(project: Path, line: str) -> None:
    with (StateFolder(project, "dev").path / "logs" / "airflow-dev-worker.log").open("a") as file:
        file.write(f"{line}\n")


@pytest.mark.parametrize("service", ["worker", "dev-worker", "airflow-dev-worker"])
def test_a_service_is_found_by_the_end_of_its_name(
    project: Path, service: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert cli.main(["logs", "--project", str(project), "--service", service]) == 0
    assert capfdbinary.readouterr().out == b"celery is ready\n"


def test_an_unknown_service_is_told_which_there_are(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["logs", "--project", str(project), "--service", "wörker"]) == 1
    assert capsys.readouterr().err == (
        "error: nothing that is called 'wörker' has written a log yet; these have: "
        "airflow-dev-web, airflow-dev-worker.\n"
    )


def test_a_name_that_means_two_services_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say(project, "")
    (StateFolder(project, "dev").path / "logs" / "airflow-dev-other-worker.log").touch()
    assert cli.main(["logs", "--project", str(project), "--service", "worker"]) == 1
    assert "airflow-dev-other-worker or airflow-dev-worker; write which" in capsys.readouterr().err


def test_a_stack_that_ran_nothing_is_told_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["logs", "--project", str(tmp_path), "--service", "worker"]) == 1
    assert capsys.readouterr().err == (
        "error: dev has no logs; start its services with rehearse.\n"
    )


@pytest.mark.usefixtures("agent")
def test_following_shows_new_lines_and_ends_quietly_on_ctrl_c(project: Path) -> None:
    with following(project) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "celery is ready\n"
        # Long enough for the end of the file to have been seen.
        time.sleep(0.1)
        say(project, "a task has succeeded")
        assert process.stdout.readline() == "a task has succeeded\n"
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=30)
    assert (rest, process.returncode) == (("", ""), 0)


def test_following_ends_when_the_stack_is_down(
    project: Path, agent: subprocess.Popen[bytes]
) -> None:
    with following(project) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "celery is ready\n"
        say(project, "goodbye")
        agent.kill()
        agent.wait()
        begun = time.monotonic()
        rest = process.communicate(timeout=30)
    assert (rest, process.returncode) == (("goodbye\n", ""), 0)
    assert time.monotonic() - begun < 15


def test_a_reader_that_has_seen_enough_gets_no_complaint(project: Path) -> None:
    log = StateFolder(project, "dev").path / "logs" / "airflow-dev-worker.log"
    log.write_text("line\n" * 200_000)
    command = f"{sys.executable} -m airflow_ecs.cli logs --service worker --project {project}"
    ended = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | head -1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.stderr, ended.returncode) == ("line\n", "", 0)
