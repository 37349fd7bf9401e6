"""On what a task runs, what it is told, and what is said of its end."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.remote import Placement, RemoteTaskError, get_value
from airflow_ecs.remote.capacity import is_short, may_pass, strategies
from airflow_ecs.remote.overrides import constants, merged, run_tags
from airflow_ecs.remote.placement import VARIABLE
from airflow_ecs.remote.stopped import failure
from airflow_ecs.remote.variable_checks import run_values
from tests.remote.aws import refusal
from tests.remote.conftest import PLACEMENT, remote_task

if TYPE_CHECKING:
    from collections.abc import Callable

ON_DEMAND = [{"capacityProvider": "FARGATE", "weight": 1}]
SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]


@pytest.fixture
def asked(placement: Placement) -> Callable[..., list[Any]]:
    def asked(**changes: Any) -> list[Any]:
        given = {"provider": None, "spot_share": None, "draw": 50, "attempt": 1} | changes
        return strategies(placement, **given)

    return asked


def test_the_placement_says_what_a_task_runs_on(asked: Callable[..., list[Any]]) -> None:
    assert asked() == [PLACEMENT["capacity_providers"]]
    assert asked(provider="gpu") == [[{"capacityProvider": "gpu", "weight": 1}]]


def test_a_share_of_the_runs_begins_on_spot_and_has_on_demand_to_fall_back_on(
    asked: Callable[..., list[Any]],
) -> None:
    on_spot = [draw for draw in range(100) if asked(spot_share=30, draw=draw) != [ON_DEMAND]]
    assert on_spot == list(range(30))
    assert asked(spot_share=100) == [SPOT, ON_DEMAND]
    assert asked(spot_share=0) == [ON_DEMAND]


def test_a_placement_on_spot_falls_back_too() -> None:
    place = Placement.from_json(json.dumps(PLACEMENT | {"capacity_providers": SPOT}))
    given: dict[str, Any] = {"provider": None, "spot_share": None, "draw": 0}
    assert strategies(place, **given, attempt=1) == [SPOT, ON_DEMAND]
    assert strategies(place, **given, attempt=2) == [ON_DEMAND]


def test_a_retry_runs_on_demand(asked: Callable[..., list[Any]]) -> None:
    assert asked(spot_share=100, attempt=2) == [ON_DEMAND]


def test_want_of_capacity_and_throttling_pass_and_mistakes_do_not() -> None:
    short = refusal("ClientException", "Capacity is unavailable at this time. Try again later.")
    failed = SimpleNamespace(failures=[{"reason": "RESOURCE:MEMORY"}])
    assert is_short(short)
    assert is_short(failed)  # type: ignore[arg-type]
    assert may_pass(refusal("ThrottlingException"))
    assert not may_pass(refusal("ClientException", "TaskDefinition is inactive"))
    assert not may_pass(ValueError("no"))


def test_values_of_a_run_join_the_overrides_of_the_task() -> None:
    given = {
        "cpu": "512",
        "containerOverrides": [
            {"name": "daily", "command": ["x"], "environment": [{"name": "A", "value": "1"}]},
            {"name": "sidecar", "memory": 64},
        ],
    }
    assert merged(given, remote_task(), {"DAY": "2026-11-21", "COUNT": 3}) == {
        "cpu": "512",
        "containerOverrides": [
            {
                "name": "daily",
                "command": ["x"],
                "environment": [
                    {"name": "A", "value": "1"},
                    {"name": "COUNT", "value": "3"},
                    {"name": "DAY", "value": "2026-11-21"},
                ],
            },
            {"name": "sidecar", "memory": 64},
        ],
    }
    assert given["containerOverrides"][0]["environment"] == [{"name": "A", "value": "1"}]


def test_overrides_that_ecs_would_refuse_are_refused_before_it_is_asked() -> None:
    with pytest.raises(RemoteTaskError, match=r"have 8,2\d\d characters, and ECS takes 8,192"):
        merged({}, remote_task(), {"TEXT": "x" * 8150})


def test_overrides_are_counted_in_characters() -> None:
    given = merged({}, remote_task(), {"TEXT": "ä" * 8000})
    assert given["containerOverrides"][0]["environment"] == [{"name": "TEXT", "value": "ä" * 8000}]


def test_of_the_values_of_a_run_those_that_are_templated_may_come_to_be_empty() -> None:
    given = {"DAY": "{{ ds }}", "IF": "{% if a %}b{% endif %}", "TEXT": "a {b}", "COUNT": 3}
    assert constants(given) == {"DAY": "", "IF": "", "TEXT": "a {b}", "COUNT": ""}


def test_a_run_of_any_name_makes_tags_that_ecs_takes() -> None:
    tags = run_tags("sales", "manual__2026-11-21T07:00:00+00:00|again" + "x" * 300)
    assert tags["airflow-ecs:dag"] == "sales"
    assert tags["airflow-ecs:run"].startswith("manual__2026-11-21T07:00:00+00:00_again")
    assert len(tags["airflow-ecs:run"]) == 256


@pytest.mark.parametrize(
    ("jit", "message"),
    [
        ({"WAREHOUSE": "x"}, "WAREHOUSE is in jit_values, and injected too"),
        ({"a-b": 1}, "'a-b'"),
        (["A"], r"jit_values is \['A'\]; write an object"),
    ],
)
def test_a_value_of_a_run_that_ecs_would_refuse_is_a_sentence(jit: Any, message: str) -> None:
    with pytest.raises(RemoteTaskError, match=message):
        run_values(jit, {"WAREHOUSE": "warehouse"}, {})


def stopped(code: int | None, reason: str = "", **task: Any) -> dict[str, Any]:
    container = {"name": "daily", "reason": reason, **({} if code is None else {"exitCode": code})}
    return {"lastStatus": "STOPPED", "containers": [container], "memory": "512", **task}


ENDS = {
    "memory": (
        stopped(137, "OutOfMemoryError: Container killed due to memory usage"),
        r"ran out of memory \(exit code 137\): it had 512 MiB. Give it more with task_memory",
    ),
    "its own": (
        stopped(3, stoppedReason="Essential container in task exited"),
        "daily ended with exit code 3: Essential container in task exited",
    ),
    "killed": (stopped(137), r"exit code 137: it was killed \(as for want of memory or time\)"),
    "Spot": (
        stopped(143, stopCode="SpotInterruption", stoppedReason="Your Spot Task was interrupted."),
        "Spot took its capacity back .* The next try runs on demand",
    ),
    "a secret": (
        stopped(
            None,
            stopCode="TaskFailedToStart",
            stoppedReason="ResourceInitializationError: unable to pull secrets or registry auth: "
            "invalid parameters: /airflow/dev/secrets/token",
        ),
        "did not start: .*secrets/token. A secret or value .* correct secret_values",
    ),
    "an image": (
        stopped(None, "CannotPullContainerError: not found", stopCode="TaskFailedToStart"),
        "did not start: CannotPullContainerError: not found. .* image of task_container",
    ),
    "Spot, and a good program": (
        stopped(0, stopCode="SpotInterruption"),
        r"Spot took its capacity back in the middle of the task \(exit code 0\)",
    ),
    "stopped, and a good program": (
        stopped(0, stopCode="UserInitiated", stoppedReason="Task stopped by user"),
        r"was stopped before its end \(exit code 0\): Task stopped by user\.",
    ),
    "lost with its host": (
        stopped(None, startedAt="2026-11-21", stoppedReason="Host EC2 terminated"),
        r"was stopped before its end \(no exit code\): Host EC2 terminated\.",
    ),
    "lost with Spot": (
        stopped(None, startedAt="2026-11-21", stopCode="SpotInterruption"),
        r"Spot took its capacity back in the middle of the task \(no exit code\)",
    ),
    "nothing said": (stopped(None), "did not start: ECS does not say why"),
}


@pytest.mark.parametrize(("task", "message"), ENDS.values(), ids=ENDS)
def test_a_task_that_failed_is_a_sentence_that_says_why(task: Any, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(failure(task, "daily"))


def test_a_task_that_ended_well_is_no_failure() -> None:
    ended = {"stoppedReason": "Essential container in task exited"}
    assert failure(stopped(0, **ended), "daily") is None
    assert failure(stopped(0, stopCode="EssentialContainerExited", **ended), "daily") is None


def test_a_value_is_read_where_the_deployment_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, json.dumps(PLACEMENT))
    assert get_value("warehouse") == "wh-1"
    with pytest.raises(RemoteTaskError, match=r"no value 'warehous'; did you mean warehouse\?"):
        get_value("warehous")
