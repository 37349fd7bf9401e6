"""Deploys a service with one broken link: beside the sound one, or in its place."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import ecs_api
from tests.faults import links
from tests.rehearsed import wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.links import Link
    from tests.rehearsed import Rehearsed


@contextmanager
def beside_the_sound(rehearsed: Rehearsed, link: Link) -> Iterator[None]:
    """Deploy the broken service under its own name, in a cluster of its own."""
    ecs, name = rehearsed.client("ecs"), f"{rehearsed.cluster}-{link.service}"
    sound = ecs.describe_services(cluster=rehearsed.cluster, services=[name])["services"][0]
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
    ecs, name = rehearsed.client("ecs"), f"{rehearsed.cluster}-{link.service}"
    (sound,) = ecs.describe_services(cluster=rehearsed.cluster, services=[name])["services"]
    broken = links.definition(rehearsed, link.service)
    link.cut(broken, rehearsed)
    broken["family"] = f"broken-{link.service}"
    made = ecs.register_task_definition(**broken)["taskDefinition"]["taskDefinitionArn"]

    def runs_alone(definition: str) -> bool:
        # One that shall stop answers the balancer until it has stopped.
        left = [
            (task["taskDefinitionArn"], task.get("healthStatus"))
            for status in ("RUNNING", "STOPPED")
            for task in ecs_api.tasks(
                ecs, rehearsed.cluster, serviceName=name, desiredStatus=status
            )
            if task["lastStatus"] != "STOPPED"
        ]
        return left == [(definition, "HEALTHY")]

    def deploy(definition: str) -> None:
        ecs.update_service(cluster=rehearsed.cluster, service=name, taskDefinition=definition)
        wait(lambda: runs_alone(definition), f"{name} runs as {definition}")

    deploy(made)
    try:
        yield
    finally:
        deploy(sound["taskDefinition"])
