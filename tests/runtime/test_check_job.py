"""The health check of dag processor and triggerer, with a stand-in for the database driver."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from airflow_ecs.runtime import heartbeat

URL = "postgresql+psycopg2://airflow:p%40ss@db:5432/airflow?sslmode=require"


class Psycopg2(ModuleType):
    """A driver whose database holds one age of a heartbeat, or does what `connects` says."""

    class Error(Exception):
        """What every error of the driver is."""

    def __init__(self) -> None:
        super().__init__("psycopg2")
        self.age: float | None = 3.0
        self.urls: list[str] = []
        self.questions: list[tuple[str, ...]] = []
        self.connects: Callable[[], object] = lambda: None

    def connect(self, url: str, **_: Any) -> "Psycopg2":
        self.urls.append(url)
        self.connects()
        return self

    def cursor(self) -> "Psycopg2":
        return self

    def __enter__(self) -> "Psycopg2":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, _: str, parameters: tuple[str, ...]) -> None:
        self.questions.append(parameters)

    def fetchone(self) -> tuple[float | None]:
        return (self.age,)

    def refuse(self) -> None:
        raise self.Error("connection refused")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Psycopg2:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", URL)
    driver = Psycopg2()
    monkeypatch.setitem(sys.modules, "psycopg2", driver)
    return driver


@pytest.fixture
def check_job(database: Psycopg2, monkeypatch: pytest.MonkeyPatch) -> Any:
    from airflow_ecs.runtime import check_job

    monkeypatch.setattr(check_job, "psycopg2", database)
    return check_job


@pytest.fixture
def hanging(database: Psycopg2) -> Iterator[Psycopg2]:
    released = threading.Event()
    database.connects = released.wait
    yield database
    released.set()


def last_answer(seconds_ago: float) -> None:
    heartbeat.beat("database-of-TriggererJob")
    path = Path(os.environ["AIRFLOW_HOME"], "database-of-TriggererJob.heartbeat")
    then = time.time() - seconds_ago
    os.utime(path, (then, then))


def test_a_job_that_beats_is_well(check_job: Any) -> None:
    assert check_job.fault("TriggererJob") is None


def test_the_job_is_asked_for_by_its_type_and_this_host(check_job: Any, database: Psycopg2) -> None:
    check_job.fault("TriggererJob")
    [(job_type, name, address)] = database.questions
    assert job_type == "TriggererJob"
    assert name
    assert address.count(".") == 3


def test_the_url_is_sqlalchemys_without_its_driver(check_job: Any, database: Psycopg2) -> None:
    check_job.fault("TriggererJob")
    assert database.urls == ["postgresql://airflow:p%40ss@db:5432/airflow?sslmode=require"]


def test_a_frozen_job_fails_at_once(check_job: Any, database: Psycopg2) -> None:
    database.age = 61
    assert "TriggererJob last beat 61 seconds ago" in check_job.fault("TriggererJob")


def test_a_job_that_never_started_fails(check_job: Any, database: Psycopg2) -> None:
    database.age = None
    assert "no running TriggererJob of this host" in check_job.fault("TriggererJob")


def test_a_lost_database_is_given_five_minutes(check_job: Any, database: Psycopg2) -> None:
    database.connects = database.refuse
    last_answer(295)
    assert check_job.fault("TriggererJob") is None
    last_answer(301)
    assert "away for 301 seconds: connection refused" in check_job.fault("TriggererJob")


def test_a_database_that_is_lost_from_the_start_counts_from_the_first_check(
    check_job: Any, database: Psycopg2
) -> None:
    database.connects = database.refuse
    assert check_job.fault("TriggererJob") is None
    assert heartbeat.age("database-of-TriggererJob") is not None


def test_a_database_that_comes_back_begins_a_new_five_minutes(
    check_job: Any, database: Psycopg2
) -> None:
    last_answer(1000)
    check_job.fault("TriggererJob")
    database.connects = database.refuse
    assert check_job.fault("TriggererJob") is None


def test_a_database_that_hangs_counts_as_lost_and_not_as_a_frozen_job(
    check_job: Any, hanging: Psycopg2, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_job.TIMEOUT < 5
    monkeypatch.setattr(check_job, "TIMEOUT", 0.05)
    assert check_job.fault("TriggererJob") is None
    last_answer(301)
    assert "no answer within 0.05 seconds" in check_job.fault("TriggererJob")
