"""What Airflow's ECS executor starts: its settings, as services have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.rules import settings
from airflow_ecs.rehearsal.rules.deployment import SERVICE, items, title
from airflow_ecs.rehearsal.rules.policies import permissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment, TaskDefinition

_SECTION = "AIRFLOW__AWS_ECS_EXECUTOR__"

# The process that makes use of the settings; others only read them.
_SCHEDULER = "scheduler"


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """Tasks of a definition that a service starts by itself, and the container that it names."""

    service: Declared
    scheduler: TaskDefinition
    definition: TaskDefinition
    container: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    public: bool


def all_of(deployment: Deployment) -> Iterator[Started]:
    """What the schedulers start, of the program's own definitions."""
    for service in deployment.of(SERVICE):
        scheduler = deployment.task_definition(service)
        for container in scheduler.containers if scheduler else ():
            values = settings.of(deployment, container)
            definition = _latest(deployment, values.get(f"{_SECTION}TASK_DEFINITION"))
            if scheduler and definition and _SCHEDULER in items(container.get("command")):
                yield Started(
                    service=service,
                    scheduler=scheduler,
                    definition=definition,
                    container=values.get(f"{_SECTION}CONTAINER_NAME", ""),
                    subnets=_several(values.get(f"{_SECTION}SUBNETS")),
                    groups=_several(values.get(f"{_SECTION}SECURITY_GROUPS")),
                    public=values.get(f"{_SECTION}ASSIGN_PUBLIC_IP") == "True",
                )


def check(deployment: Deployment) -> Iterator[str]:
    """That they may start it, and name its container."""
    for started in all_of(deployment):
        definition = started.definition
        if definition.container(started.container) is None:
            yield (
                f"{title(started.service)}: {_SECTION}CONTAINER_NAME is {started.container!r}, "
                f"which {title(definition.declared)} does not have; write its container's name."
            )
        allowed = permissions(deployment, started.scheduler.declared.inputs.get("taskRoleArn"))
        if allowed and definition.arn and not allowed.allow("ecs:RunTask", definition.arn):
            yield (
                f"{title(allowed.role)}: {started.service.name} runs Airflow's tasks by "
                f"{title(definition.declared)}, and it may not; allow ecs:RunTask on "
                f"{definition.arn}."
            )


def _latest(deployment: Deployment, family: str | None) -> TaskDefinition | None:
    for definition in deployment.task_definitions:
        if family and family in (definition.arn, definition.declared.inputs.get("family")):
            return definition
    return None


def _several(value: str | None) -> tuple[str, ...]:
    return tuple(value.split(",")) if value else ()
