"""A deployment with one broken link: what notices, and that it names the link."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from tests.faults import links
from tests.faults.rehearsed import STACK, wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.links import Link
    from tests.faults.rehearsed import Rehearsed

pytestmark = pytest.mark.slow


@contextmanager
def beside_the_sound(rehearsed: Rehearsed, link: Link) -> Iterator[None]:
    """Deploy the broken service under its own name, in a cluster of its own."""
    ecs, name = rehearsed.client("ecs"), f"{STACK}-{link.service}"
    sound = ecs.describe_services(cluster=STACK, services=[name])["services"][0]
    broken = links.definition(rehearsed, link.service)
    link.cut(broken, rehearsed)
    broken["family"] = f"broken-{link.service}"
    # A worker that tries to connect hears nothing else.
    links.container(broken)["stopTimeout"] = 2
    made = ecs.register_task_definition(**broken)["taskDefinition"]["taskDefinitionArn"]
    cluster = f"broken-{made.rpartition(':')[2]}-{link.service}"
    ecs.create_cluster(clusterName=cluster)
    ecs.create_service(
        cluster=cluster,
        serviceName=name,
        taskDefinition=made,
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration=sound["networkConfiguration"],
    )
    try:
        yield
    finally:
        ecs.delete_service(cluster=cluster, service=name, force=True)
        wait(lambda: not ecs.list_tasks(cluster=cluster)["taskArns"], "its tasks have ended")
        ecs.delete_cluster(cluster=cluster)


@contextmanager
def in_place(rehearsed: Rehearsed, link: Link) -> Iterator[None]:
    """Deploy the broken service in the place of the sound one, and the sound one afterwards."""
    ecs, name = rehearsed.client("ecs"), f"{STACK}-{link.service}"
    sound = ecs.describe_services(cluster=STACK, services=[name])["services"][0]["taskDefinition"]
    broken = links.definition(rehearsed, link.service)
    link.cut(broken, rehearsed)
    broken["family"] = f"broken-{link.service}"
    made = ecs.register_task_definition(**broken)["taskDefinition"]["taskDefinitionArn"]

    def runs_alone(definition: str) -> bool:
        tasks = ecs.list_tasks(cluster=STACK, serviceName=name)["taskArns"]
        found = ecs.describe_tasks(cluster=STACK, tasks=tasks)["tasks"]
        return [(one["taskDefinitionArn"], one.get("healthStatus")) for one in found] == [
            (definition, "HEALTHY")
        ]

    def deploy(definition: str) -> None:
        ecs.update_service(cluster=STACK, service=name, taskDefinition=definition)
        wait(lambda: runs_alone(definition), f"{name} runs as {definition}")

    deploy(made)
    try:
        yield
    finally:
        deploy(sound)


@pytest.mark.parametrize("name", links.STARTING)
def test_a_service_that_can_not_start_names_the_broken_link(
    rehearsed: Rehearsed, name: str
) -> None:
    link = links.STARTING[name]
    with (
        beside_the_sound(rehearsed, link),
        pytest.raises(
            RehearsalError, match=f"the service {STACK}-{link.service} does not run"
        ) as failed,
    ):
        rehearsed.services.wait(lambda services: None)
    assert link.says in str(failed.value)


@pytest.mark.parametrize("name", links.RUNNING)
def test_a_run_that_can_not_succeed_names_the_broken_link(rehearsed: Rehearsed, name: str) -> None:
    link = links.RUNNING[name]
    with in_place(rehearsed, link):
        before = len(rehearsed.log(link.told_by))
        rehearsed.trigger()
        wait(
            lambda: link.says in rehearsed.log(link.told_by)[before:],
            f'the {link.told_by} says "{link.says}"',
        )


def test_a_whole_deployment_runs_a_dag(rehearsed: Rehearsed) -> None:
    assert rehearsed.outcome(rehearsed.trigger()) == "success"
