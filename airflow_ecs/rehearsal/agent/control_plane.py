"""ECS's control plane, as the agent reads it and tells it what has become of tasks."""

from __future__ import annotations

import http.client
import json
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow_ecs.rehearsal import ecs_api
from airflow_ecs.rehearsal.agent import definition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from airflow_ecs.rehearsal.agent.clients import Clients
    from airflow_ecs.rehearsal.agent.definition import Task

# Seconds: longer than the account keeps a question waiting.
_PATIENCE = 90.0

# What a task has from its service.
_HANDED_ON = (
    "capacityProviderStrategy",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "launchType",
    "platformVersion",
    "propagateTags",
)


class ControlPlane:
    """Reads by ECS's public API, and tells by its agent API."""

    def __init__(self, clients: Clients, endpoint: str) -> None:
        self._ecs = clients.own("ecs")
        self._account = urlsplit(endpoint)
        self._definitions: dict[str, Mapping[str, Any]] = {}
        self._lock = threading.Lock()

    def changes(self, known: int) -> int:
        """Wait until there is something to look at; the count to ask with the next time."""
        answer = self._request("GET", f"/rehearsal/ecs/changes?after={known}")
        return int(answer["changes"])

    def services(self) -> Iterator[Mapping[str, Any]]:
        """All services of all clusters, described."""
        return ecs_api.services(self._ecs)

    def service(self, cluster: str, name: str) -> Mapping[str, Any]:
        """One service, described."""
        described = self._ecs.describe_services(cluster=cluster, services=[name])["services"]
        found: Mapping[str, Any] = described[0]
        return found

    def wanted(self) -> set[str]:
        """The ARNs of all tasks that shall run."""
        clusters = self._ecs.list_clusters()["clusterArns"]
        return {
            arn for cluster in clusters for arn in self._ecs.list_tasks(cluster=cluster)["taskArns"]
        }

    def described(self, arns: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        """Tasks, described."""
        for arn in arns:
            yield from self._ecs.describe_tasks(cluster=_cluster(arn), tasks=[arn])["tasks"]

    def task(self, described: Mapping[str, Any]) -> Task:
        """A described task, with its definition."""
        return definition.task(described, self.definition(described["taskDefinitionArn"]))

    def definition(self, name: str) -> Mapping[str, Any]:
        """A task definition; one that is named by its ARN never changes."""
        with self._lock:
            if name not in self._definitions:
                answer = self._ecs.describe_task_definition(taskDefinition=name)["taskDefinition"]
                self._definitions[answer["taskDefinitionArn"]] = answer
                return dict(answer)
            return self._definitions[name]

    def run(self, service: Mapping[str, Any]) -> str:
        """Start a task of a service, as its scheduler does; its ARN."""
        given = {name: service[name] for name in _HANDED_ON if service.get(name)}
        deployment = service["deployments"][0]
        if network := service.get("networkConfiguration") or deployment.get("networkConfiguration"):
            given["networkConfiguration"] = network
        answer = self._ecs.run_task(
            cluster=service["clusterArn"],
            taskDefinition=service["taskDefinition"],
            group=f"service:{service['serviceName']}",
            startedBy=deployment["id"],
            **given,
        )
        arn: str = answer["tasks"][0]["taskArn"]
        return arn

    def stop(self, arn: str, reason: str) -> None:
        """Ask for a task to stop."""
        self._ecs.stop_task(cluster=_cluster(arn), task=arn, reason=reason)

    def tell(
        self,
        task: Task,
        status: str,
        reason: str | None = None,
        containers: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Tell a task's status, and what is new of its containers."""
        given = {"reason": reason} if reason is not None else {}
        self._ecs.submit_task_state_change(
            cluster=task.cluster, task=task.arn, status=status, containers=list(containers), **given
        )

    def refuse(self, described: Mapping[str, Any], reason: str) -> None:
        """Tell that a task ends before it has begun."""
        self._ecs.submit_task_state_change(
            cluster=described["clusterArn"],
            task=described["taskArn"],
            status="STOPPED",
            reason=reason,
        )

    def tell_container(self, task: Task, container: Mapping[str, Any]) -> None:
        """Tell what is new of one container."""
        self._ecs.submit_container_state_change(cluster=task.cluster, task=task.arn, **container)

    def tell_health(self, task: Task, container: str, health: str) -> None:
        """Tell a container's health."""
        told = {"task": task.arn, "container": container, "health": health}
        self._request("POST", "/rehearsal/ecs/health", json.dumps(told))

    def _request(self, method: str, path: str, body: str | None = None) -> Any:
        connection = http.client.HTTPConnection(self._account.netloc, timeout=_PATIENCE)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK:
                message = f"{path}: the account answers {answer.status}; does it serve an agent?"
                raise OSError(message)
            return json.loads(answer.read())
        finally:
            connection.close()


def _cluster(arn: str) -> str:
    """The name of a task's cluster."""
    return arn.split("/")[-2]
