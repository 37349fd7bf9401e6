"""A deployment with one broken link: what notices, and that it names the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal import smoke_flower
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.deployed import Deployed
from tests.faults import links
from tests.faults.breaking import beside_the_sound, in_place

if TYPE_CHECKING:
    from tests.rehearsed import Rehearsed

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", links.STARTING)
def test_a_service_that_can_not_start_names_the_broken_link(
    rehearsed: Rehearsed, name: str
) -> None:
    link = links.STARTING[name]
    with beside_the_sound(rehearsed, link), pytest.raises(RehearsalError) as failed:
        rehearsed.services.wait(lambda services: None, link.patience)
    assert f"{rehearsed.cluster}-{link.service}" in str(failed.value).partition("\n")[0]
    assert link.says in str(failed.value)


@pytest.mark.parametrize("name", links.RUNNING)
def test_a_run_that_can_not_succeed_names_the_broken_link(rehearsed: Rehearsed, name: str) -> None:
    link = links.RUNNING[name]
    with in_place(rehearsed, link):
        smoke = rehearsed.smoke()
    assert smoke.returncode == 1
    assert link.says in smoke.stderr


def test_a_flower_that_asks_for_no_password_is_told(rehearsed: Rehearsed) -> None:
    link = links.OPEN_FLOWER
    with in_place(rehearsed, link), pytest.raises(RehearsalError, match=link.says):
        smoke_flower.check(Deployed(rehearsed.state))


def test_a_whole_deployment_runs_a_dag(rehearsed: Rehearsed) -> None:
    assert rehearsed.outcome(rehearsed.trigger()) == "success"
