"""The processes of the one container live and end together."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

# Says when it has begun and when it ends: at SIGTERM, after so many seconds.
CHILD = """
trap 'sleep {takes}; echo {name} ends; exit 0' TERM
echo {name} begins
while :; do sleep 0.05; done
"""
STUBBORN = "trap '' TERM; echo stubborn begins; while :; do sleep 0.05; done"

PROGRAM = """
import sys
from airflow_ecs.runtime import standalone
standalone.PATIENCE = 0.5
sys.exit(standalone.run([["sh", "-c", script] for script in {scripts!r}]))
"""


def child(name: str, takes: float = 0.0) -> str:
    return CHILD.format(name=name, takes=takes)


def started(*scripts: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM.format(scripts=scripts)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def begun(running: subprocess.Popen[str], count: int) -> None:
    assert running.stdout is not None
    for _ in range(count):
        assert running.stdout.readline().endswith("begins\n")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_web_server_outlives_the_scheduler_whose_tasks_end(sign: int) -> None:
    running = started(child("scheduler", takes=0.3), child("web"))
    begun(running, 2)
    running.send_signal(sign)
    said, _ = running.communicate(timeout=10)
    assert said.splitlines() == ["scheduler ends", "web ends"]
    assert running.returncode == 0


def test_one_that_ends_by_itself_ends_all_and_the_container_has_failed() -> None:
    running = started(child("scheduler"), "exit 3")
    said, _ = running.communicate(timeout=10)
    assert "sh -c exit 3 has ended with 3." in said
    assert said.splitlines()[-1] == "scheduler ends"
    assert running.returncode == 1


def test_one_that_does_not_end_is_ended() -> None:
    running = started(child("scheduler"), STUBBORN)
    begun(running, 2)
    begin = time.monotonic()
    running.terminate()
    running.communicate(timeout=10)
    assert running.returncode == 0
    assert time.monotonic() - begin < 5
