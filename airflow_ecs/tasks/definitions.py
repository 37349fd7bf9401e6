"""The task definitions of an account, as the ECS API tells of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.definition import TaskDefinition
from airflow_ecs.tasks.revisions import Revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# How many one call takes. Source: Amazon ECS API reference.
_TASKS = 100
_SERVICES = 10
DELETED_AT_ONCE = 10


class Definitions:
    """Reads and removes task definitions by an ECS client."""

    def __init__(self, ecs: Any) -> None:
        self._ecs = ecs

    def families(self, prefix: str) -> list[str]:
        """The families whose names start so, also those with no active revision."""
        within = {"familyPrefix": prefix} if prefix else {}
        pages = self._pages("list_task_definition_families", **within, status="ALL")
        return sorted(family for page in pages for family in page["families"])

    def revisions(self, families: Sequence[str]) -> list[Revision]:
        """The revisions of these families, in order, with whoever uses them."""
        found = [
            (arn, status == "ACTIVE")
            for family in families
            for status in ("ACTIVE", "INACTIVE")
            for page in self._pages("list_task_definitions", familyPrefix=family, status=status)
            for arn in page["taskDefinitionArns"]
        ]
        # Asked for last: whoever starts using an old revision meanwhile is seen.
        users = self._users() if found else {}
        revisions = [
            Revision(arn=arn, active=active, users=tuple(users.get(arn, ())))
            for arn, active in found
        ]
        return sorted(revisions, key=lambda revision: (revision.family, revision.number))

    def definition(self, revision: Revision) -> TaskDefinition:
        """What was registered."""
        answer = self._ecs.describe_task_definition(taskDefinition=revision.arn, include=["TAGS"])
        return TaskDefinition.from_aws(answer)

    def deregister(self, revision: Revision) -> None:
        """Take a revision out of use; tasks that run go on."""
        self._ecs.deregister_task_definition(taskDefinition=revision.arn)

    def delete(self, revisions: Sequence[Revision]) -> list[str]:
        """Delete up to ten deregistered revisions; a sentence for each that AWS keeps."""
        answer = self._ecs.delete_task_definitions(
            taskDefinitions=[revision.arn for revision in revisions]
        )
        return [
            f"{failure.get('arn')} is kept: {failure.get('reason')}"
            for failure in answer.get("failures", ())
        ]

    def _users(self) -> dict[str, list[str]]:
        users: dict[str, list[str]] = defaultdict(list)
        for page in self._pages("list_clusters"):
            for cluster in page["clusterArns"]:
                for arn, user in (*self._services(cluster), *self._tasks(cluster)):
                    if user not in users[arn]:
                        users[arn].append(user)
        return users

    def _services(self, cluster: str) -> Iterator[tuple[str, str]]:
        pages = self._pages("list_services", cluster=cluster)
        arns = [arn for page in pages for arn in page["serviceArns"]]
        for some in _parts(arns, _SERVICES):
            for service in self._ecs.describe_services(cluster=cluster, services=some)["services"]:
                # A deployment that is under way, or rolled back to, has a definition of its own.
                for holder in (
                    service,
                    *service.get("deployments", ()),
                    *service.get("taskSets", ()),
                ):
                    if "taskDefinition" in holder:
                        yield holder["taskDefinition"], f"service {service['serviceName']}"

    def _tasks(self, cluster: str) -> Iterator[tuple[str, str]]:
        pages = self._pages("list_tasks", cluster=cluster, desiredStatus="RUNNING")
        arns = [arn for page in pages for arn in page["taskArns"]]
        for some in _parts(arns, _TASKS):
            for task in self._ecs.describe_tasks(cluster=cluster, tasks=some)["tasks"]:
                yield task["taskDefinitionArn"], f"task {task['taskArn'].rpartition('/')[2]}"

    def _pages(self, operation: str, **parameters: Any) -> Any:
        return self._ecs.get_paginator(operation).paginate(**parameters)


def _parts(items: Sequence[str], size: int) -> list[Sequence[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
