"""The health check of a Celery worker, from the heartbeats that its plug-in leaves."""

import os
import time
from pathlib import Path

import pytest

from airflow_ecs.runtime import check_worker, heartbeat


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    return tmp_path


def last_beat(home: Path, name: str, seconds_ago: float) -> None:
    heartbeat.beat(name)
    then = time.time() - seconds_ago
    os.utime(home / f"{name}.heartbeat", (then, then))


def test_a_worker_that_beats_is_well(home: Path) -> None:
    last_beat(home, heartbeat.WORKER_PROCESS, 4)
    last_beat(home, heartbeat.WORKER_QUEUE, 4)
    assert check_worker.fault() is None


def test_a_frozen_worker_fails_after_a_minute(home: Path) -> None:
    last_beat(home, heartbeat.WORKER_PROCESS, 61)
    last_beat(home, heartbeat.WORKER_QUEUE, 61)
    assert "worker-process last beat 61 seconds ago" in str(check_worker.fault())


def test_a_lost_queue_is_given_five_minutes(home: Path) -> None:
    last_beat(home, heartbeat.WORKER_PROCESS, 4)
    last_beat(home, heartbeat.WORKER_QUEUE, 295)
    assert check_worker.fault() is None
    last_beat(home, heartbeat.WORKER_QUEUE, 301)
    assert "worker-queue last beat 301 seconds ago" in str(check_worker.fault())


def test_a_worker_that_has_not_started_is_not_well() -> None:
    assert check_worker.fault() == "worker-process has not beaten yet"
