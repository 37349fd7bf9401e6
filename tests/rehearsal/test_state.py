"""A rehearsal is found again by the next command, and never mistaken for another process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from airflow_ecs.rehearsal import background
from airflow_ecs.rehearsal.background import Background
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.state import State, StateFolder, digests

STATE = State(
    project="shop",
    stack="dev",
    region="eu-west-1",
    endpoint="http://127.0.0.1:1",
    account=Background(pid=1, token="0123"),
    agent=Background(pid=2, token="4567", patience=135.0),
    balancer_port=8080,
    pages={"airflow.dev.internal": "http://airflow.localhost:8080"},
    outputs={"url": "http://x"},
)


def test_what_is_written_is_read_again(tmp_path):
    folder = StateFolder(tmp_path, "dev")
    assert folder.read() is None
    with folder.locked():
        folder.write(STATE)
    assert StateFolder(tmp_path, "dev").read() == STATE
    assert StateFolder(tmp_path, "prod").read() is None
    folder.forget()
    folder.forget()
    assert folder.read() is None


def test_git_does_not_see_the_state(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    with StateFolder(tmp_path, "dev").locked():
        pass
    status = subprocess.run(
        ["git", "-C", tmp_path, "status", "--porcelain"], check=True, capture_output=True
    )
    assert status.stdout == b""


def test_two_commands_do_not_work_on_one_stack_at_once(tmp_path):
    with (
        StateFolder(tmp_path, "dev").locked(),
        pytest.raises(RehearsalError, match="another command works on"),
        StateFolder(tmp_path, "dev").locked(),
    ):
        pass


def test_a_stack_name_can_not_lead_out_of_the_folder(tmp_path):
    with pytest.raises(RehearsalError, match="is no stack name"):
        StateFolder(tmp_path, "../other")


def test_a_damaged_state_is_a_sentence(tmp_path):
    folder = StateFolder(tmp_path, "dev")
    with folder.locked():
        (folder.path / "state.json").write_text("{")
    with pytest.raises(RehearsalError, match="is damaged"):
        folder.read()


def test_files_that_changed_or_went_are_named(tmp_path):
    files = [tmp_path / name for name in ("same", "changed", "gone")]
    for file in files:
        file.write_text("1")
    state = State(**{**STATE_FIELDS, "sources": digests(files)})
    files[1].write_text("2")
    files[2].unlink()
    assert state.changed_sources() == [str(files[1]), str(files[2])]


STATE_FIELDS = {name: getattr(STATE, name) for name in STATE.__dataclass_fields__}


@pytest.fixture
def sleeper():
    code = "import time; print('ready'); time.sleep(60)"
    command = [sys.executable, "-uc", code, "token-a"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_process_is_known_by_its_token_and_ended(sleeper):
    assert background.is_running(sleeper.pid, "token-a")
    Background(pid=sleeper.pid, token="token-a").end()
    assert sleeper.wait() == -15
    assert not background.is_running(sleeper.pid, "token-a")


def test_another_process_with_the_same_number_is_left_alone(sleeper):
    Background(pid=sleeper.pid, token="token-of-one-long-gone").end()
    assert sleeper.poll() is None


def test_ending_what_is_gone_is_fine():
    Background(pid=os.getpid(), token="no such token anywhere").end()


def test_a_process_that_ignores_the_request_is_ended_all_the_same():
    code = "import signal,time; signal.signal(15, signal.SIG_IGN); print('ready'); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-uc", code, "token-b"], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        Background(pid=process.pid, token="token-b", patience=0.3).end()
        assert process.wait() == -9


def test_a_server_that_does_not_start_tells_the_end_of_its_log(tmp_path):
    folder = StateFolder(tmp_path, "dev")
    with folder.locked(), pytest.raises(RehearsalError, match="No module named 'no'"):
        background.start(folder.log, "no.such.module", [])
    assert list(folder.path.glob("ready-*")) == []
