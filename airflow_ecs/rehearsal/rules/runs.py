"""What is run: services, and the tasks that a function or an executor is told to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules import executors, subnets
from airflow_ecs.rehearsal.rules.deployment import SERVICE, fields, items, parsed, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment, TaskDefinition
    from airflow_ecs.rehearsal.rules.subnets import Subnet

_INVOCATION = "aws:lambda/invocation:Invocation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Tasks of one definition in one network, and the resource that says so.

    `subnets` holds nothing for one that is not the program's own; `exec` is ECS Exec.
    """

    declared: Declared
    definition: TaskDefinition | None
    groups: tuple[str, ...]
    subnets: tuple[Subnet | None, ...]
    public: bool
    exec: bool


def all_of(deployment: Deployment) -> Iterator[Run]:
    """Everything that runs."""
    for service in deployment.of(SERVICE):
        yield of_service(deployment, service)
    for invocation in deployment.of(_INVOCATION):
        event = parsed(invocation.inputs.get("input"))
        for definition in deployment.task_definitions:
            if definition.arn and definition.arn in str(event):
                yield _run(deployment, invocation, definition, _network_in(event))
    for started in executors.all_of(deployment):
        network = {
            "subnets": list(started.subnets),
            "securityGroups": list(started.groups),
            "assignPublicIp": started.public,
        }
        yield _run(deployment, started.definition.declared, started.definition, network)


def of_service(deployment: Deployment, service: Declared) -> Run:
    """What a service runs."""
    network = fields(service.inputs.get("networkConfiguration"))
    return _run(deployment, service, deployment.task_definition(service), network)


def _run(
    deployment: Deployment,
    declared: Declared,
    definition: TaskDefinition | None,
    network: dict[str, Any],
) -> Run:
    return Run(
        declared=declared,
        definition=definition,
        groups=texts(network.get("securityGroups")),
        subnets=tuple(subnets.find(deployment, one) for one in items(network.get("subnets"))),
        public=network.get("assignPublicIp") in (True, "ENABLED"),
        exec=declared.inputs.get("enableExecuteCommand") is True,
    )


def _network_in(event: Any) -> dict[str, Any]:
    """The part of a function's event that is an awsvpcConfiguration."""
    for inner in event.values() if isinstance(event, dict) else ():
        if isinstance(inner, dict):
            found = inner if {"subnets", "securityGroups"} <= inner.keys() else _network_in(inner)
            if found:
                return found
    return {}
