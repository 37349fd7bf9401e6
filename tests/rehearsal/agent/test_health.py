from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.agent import health
from airflow_ecs.rehearsal.agent.definition import HealthCheck
from airflow_ecs.rehearsal.agent.health import Health

if TYPE_CHECKING:
    from pathlib import Path

CHECK = HealthCheck(command=("CMD", "true"), interval=30, retries=3, start_period=60)


def test_failures_in_the_start_period_do_not_count() -> None:
    state = Health(CHECK)

    assert [state.count(False, age) for age in (10, 20, 30, 40, 59)] == ["UNKNOWN"] * 5
    assert [state.count(False, age) for age in (61, 91)] == ["UNKNOWN"] * 2
    assert state.count(False, 121) == "UNHEALTHY"


def test_the_first_check_that_passes_ends_the_start_period() -> None:
    state = Health(CHECK)

    assert state.count(True, 5) == "HEALTHY"
    assert [state.count(False, 10) for _ in range(3)] == ["HEALTHY", "HEALTHY", "UNHEALTHY"]


def test_only_failures_in_a_row_count() -> None:
    state = Health(CHECK)
    state.count(True, 5)

    told = [state.count(passed, 100) for passed in (False, False, True, False, False)]

    assert told == ["HEALTHY"] * 5


def test_an_unhealthy_container_may_recover() -> None:
    state = Health(HealthCheck(command=("CMD", "true"), retries=1))

    assert state.count(False, 1) == "UNHEALTHY"
    assert state.count(True, 2) == "HEALTHY"


def test_checks_keep_to_their_interval_once_the_start_is_over() -> None:
    state = Health(CHECK)

    assert state.pause(0) < 30
    assert state.pause(60) == 30
    state.count(True, 5)
    assert state.pause(6) == 30


def test_a_check_that_hangs_is_killed_with_what_it_has_started(tmp_path: Path) -> None:
    begun = time.monotonic()

    passed, said = health.run(["/bin/sh", "-c", "sleep 60 | cat"], os.environ, tmp_path, 0.3)

    assert (passed, said) == (False, "no answer within 0.3 seconds")
    assert time.monotonic() - begun < 10


def test_what_a_failed_check_said_is_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('frozen')"]

    assert health.run(command, os.environ, tmp_path, 30) == (False, "frozen")
    assert health.run(["/nowhere"], os.environ, tmp_path, 30)[0] is False


def test_a_check_is_run_as_it_is_written() -> None:
    shell = HealthCheck(command=("CMD-SHELL", "ping | grep -q PONG"))

    assert health.words(CHECK) == ["true"]
    assert health.words(shell) == ["/bin/sh", "-c", "ping | grep -q PONG"]
