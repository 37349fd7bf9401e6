from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .building import ARN, one, policy

if TYPE_CHECKING:
    from .building import Program

SECTION = "AIRFLOW__AWS_ECS_EXECUTOR__"
SETTINGS = {
    "TASK_DEFINITION": "worker",
    "CONTAINER_NAME": "worker",
    "SUBNETS": "private-a,private-b",
    "SECURITY_GROUPS": "worker-group",
}
RUN = ("ecs:RunTask", ARN.format("ecs", "worker-task"))
PASS = ("iam:PassRole", "*")


@pytest.fixture
def program(program: Program) -> Program:
    """The worker's definition has no service: the web process, as a scheduler, starts its tasks."""
    program.remove("worker")
    tell(program)
    allow(program, RUN, PASS)
    return program


def tell(program: Program, **changed: str) -> None:
    values = {f"{SECTION}{key}": value for key, value in (SETTINGS | changed).items()}
    program.change_container(
        "web-task",
        command=["scheduler"],
        environment=[{"name": name, "value": value} for name, value in values.items()],
    )


def allow(program: Program, *allowed: tuple[str | list[str], str]) -> None:
    inputs = {"role": "task", "policy": policy(*allowed)}
    program.add("aws:iam/rolePolicy:RolePolicy", "task-policy", inputs)


def test_a_scheduler_that_may_start_its_tasks_is_not_complained_about(program: Program) -> None:
    assert program.violations() == []


def test_a_scheduler_may_run_what_it_is_told_to(program: Program) -> None:
    allow(program, PASS)
    sentence = one(program.violations())
    assert "web runs Airflow's tasks by" in sentence
    assert f"allow ecs:RunTask on {ARN.format('ecs', 'worker-task')}" in sentence


def test_a_scheduler_hands_over_both_roles(program: Program) -> None:
    allow(program, RUN)
    assert ["allow iam:PassRole" in sentence for sentence in program.violations()] == [True, True]


def test_the_container_is_one_of_the_definitions(program: Program) -> None:
    tell(program, CONTAINER_NAME="main")
    assert "CONTAINER_NAME is 'main', which" in one(program.violations())


def test_what_a_scheduler_starts_must_reach_what_its_settings_name(program: Program) -> None:
    program.remove("worker-web-out")
    sentence = one(program.violations())
    assert sentence.startswith('aws:ecs/taskDefinition:TaskDefinition "worker-task": it calls')


def test_what_a_scheduler_starts_must_find_a_way_out(program: Program) -> None:
    tell(program, SUBNETS="public-a,public-b")
    assert "its subnets are public and its tasks have no public address" in one(
        program.violations()
    )
