"""A definition is registered when it differs, and then once."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.remote import RegistrationError, lock, registry, retries
from airflow_ecs.remote.registry import revision_for
from tests.remote.aws import Ecs, Ssm, refusal
from tests.remote.conftest import remote_task

if TYPE_CHECKING:
    from airflow_ecs.remote import Placement

FAMILY = "airflow-dev-task-reports--daily"
LOCK = f"/airflow/dev/locks/{FAMILY}"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> tuple[Ecs, Ssm]:
    """An empty account, where nobody sleeps."""
    clock = iter(range(10_000))
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    return Ecs(), Ssm()


def test_the_first_run_registers_and_the_next_ones_look_once(
    aws: tuple[Ecs, Ssm], placement: Placement
) -> None:
    ecs, ssm = aws
    wanted = remote_task().definition(placement)
    first = revision_for(wanted, placement, ecs, ssm)
    ecs.described = 0
    assert {revision_for(wanted, placement, ecs, ssm) for _ in range(5)} == {first}
    assert (len(ecs.revisions), ecs.described) == (1, 5)


def test_a_change_is_registered_and_told(
    aws: tuple[Ecs, Ssm], placement: Placement, caplog: pytest.LogCaptureFixture
) -> None:
    before = revision_for(remote_task().definition(placement), placement, *aws)
    with caplog.at_level(logging.INFO):
        after = revision_for(remote_task(cpu=512).definition(placement), placement, *aws)
    assert before != after
    assert "A new revision of airflow-dev-task-reports--daily" in caplog.text
    assert "~ cpu: '256' -> '512'" in caplog.text


def test_who_comes_second_to_the_lock_finds_what_the_first_has_registered(
    aws: tuple[Ecs, Ssm], placement: Placement
) -> None:
    ecs, ssm = aws
    wanted = remote_task().definition(placement)
    ssm.between.append(lambda: ecs.register_task_definition(**wanted.to_request()))
    assert revision_for(wanted, placement, ecs, ssm) == f"{FAMILY}:1"
    assert len(ecs.revisions) == 1


def test_a_lock_that_is_held_is_waited_for_and_an_expired_one_is_taken(
    aws: tuple[Ecs, Ssm], placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecs, ssm = aws
    wanted = remote_task().definition(placement)
    now = 1000.0
    monkeypatch.setattr(time, "time", lambda: now)
    ssm.put_parameter(Name=LOCK, Value='{"until": 1030}', Type="String", Overwrite=True)

    def pass_by(_: float) -> None:
        nonlocal now
        now += 10
        assert len(ecs.revisions) == 0

    monkeypatch.setattr(time, "sleep", pass_by)
    revision_for(wanted, placement, ecs, ssm)
    assert (now, len(ecs.revisions)) == (1030.0, 1)
    assert json.loads(ssm.values[LOCK][0])["until"] == 0


@pytest.mark.parametrize("before", [None, '{"until": 0}', '{"until": 1}', "nobody's"])
def test_of_two_who_see_the_lock_free_one_has_it(before: str | None) -> None:
    ssm = Ssm()
    if before is not None:
        ssm.put_parameter(Name=LOCK, Value=before, Type="String", Overwrite=True)
    outcomes = []

    def other() -> None:
        with lock.lock(ssm, LOCK) as ours:
            outcomes.append(ours)

    ssm.between.append(other)
    with lock.lock(ssm, LOCK) as ours:
        outcomes.append(ours)
    assert outcomes == [True, False]


def test_parameter_store_is_asked_again_when_it_is_asked_too_often(
    aws: tuple[Ecs, Ssm], placement: Placement
) -> None:
    ecs, ssm = aws
    busy = refusal("ThrottlingException")
    ssm.failing = [busy, None, busy, busy, None, busy]
    assert revision_for(remote_task().definition(placement), placement, ecs, ssm) == f"{FAMILY}:1"
    assert ssm.failing == []
    assert json.loads(ssm.values[LOCK][0])["until"] == 0


def test_a_lock_that_cannot_be_given_back_is_told_and_fails_nothing(
    aws: tuple[Ecs, Ssm], placement: Placement, caplog: pytest.LogCaptureFixture
) -> None:
    ecs, ssm = aws
    ssm.failing = [None, None, refusal("AccessDeniedException", "not authorized")]
    assert revision_for(remote_task().definition(placement), placement, ecs, ssm) == f"{FAMILY}:1"
    assert f"The lock {LOCK} is free in 60 s and no sooner" in caplog.text


def test_a_throttled_registration_is_asked_for_again(
    aws: tuple[Ecs, Ssm], placement: Placement
) -> None:
    aws[0].failing = [
        refusal("ThrottlingException"),
        refusal("ClientException", "Too many concurrent attempts to create a new revision"),
    ]
    assert revision_for(remote_task().definition(placement), placement, *aws) == f"{FAMILY}:1"


def test_a_refused_definition_is_a_sentence_and_gives_the_lock_back(
    aws: tuple[Ecs, Ssm], placement: Placement
) -> None:
    ecs, ssm = aws
    ecs.failing = [refusal("ClientException", "Role is not valid")]
    with pytest.raises(RegistrationError, match=f"refuses the definition of {FAMILY}: Role is not"):
        revision_for(remote_task().definition(placement), placement, ecs, ssm)
    assert json.loads(ssm.values[LOCK][0])["until"] == 0


def test_what_ecs_makes_something_else_of_is_told_since_each_run_would_register_it(
    aws: tuple[Ecs, Ssm], placement: Placement, caplog: pytest.LogCaptureFixture
) -> None:
    revision_for(remote_task().definition(placement), placement, *aws)
    assert "each run will register again" not in caplog.text
    aws[0].changing = {"memory": "1024"}
    revision_for(remote_task(cpu=512).definition(placement), placement, *aws)
    assert "each run will register again" not in caplog.text
    revision_for(remote_task().definition(placement), placement, *aws)
    assert "each run will register again" in caplog.text
    assert "~ memory: '512' -> '1024'" in caplog.text


def test_two_tasks_that_fight_for_a_family_are_told_so(
    aws: tuple[Ecs, Ssm], placement: Placement
) -> None:
    forever = json.dumps({"until": time.time() + 1e6})
    aws[1].put_parameter(Name=LOCK, Value=forever, Type="String", Overwrite=True)
    with pytest.raises(RegistrationError, match="Two tasks that differ share this family"):
        revision_for(remote_task().definition(placement), placement, *aws)


def test_an_error_of_another_kind_goes_on_to_the_caller(
    aws: tuple[Ecs, Ssm], placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(**_: object) -> None:
        raise refusal("AccessDeniedException", "not authorized")

    monkeypatch.setattr(aws[0], "describe_task_definition", denied)
    with pytest.raises(Exception, match="AccessDeniedException"):
        registry.newest_revision(FAMILY, aws[0])


def test_pauses_grow_up_to_a_limit_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    answers = iter([False] * 8 + [True])

    def call() -> None:
        if not next(answers):
            raise refusal("ThrottlingException")

    retries.ask_again(call, on=retries.is_throttled, seconds=1000)
    for pause, longest in zip(pauses, [1, 2, 4, 8, 16, 20, 20, 20], strict=True):
        assert longest / 2 <= pause <= longest
