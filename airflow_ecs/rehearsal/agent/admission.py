"""Lets tasks into AWS through the gateway, as far as their roles go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.agent.clients import Keys
from airflow_ecs.rehearsal.agent.failures import TaskFailedToStartError
from airflow_ecs.rehearsal.gateway import metadata
from airflow_ecs.rehearsal.gateway.sessions import RoleRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.agent.definition import Task
    from airflow_ecs.rehearsal.gateway.gateway import Gateway


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """How a task gets to AWS.

    `variables` lead each container's processes there as the task role, by the container's name.
    `execution` are keys of the execution role, for what ECS does for the task.
    """

    variables: Mapping[str, Mapping[str, str]] = field(repr=False)
    execution: Keys | None


class Admission:
    """Admits tasks to a gateway, and dismisses them."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def admit(self, task: Task, address: str) -> Access:
        """Let a task in that runs at an address.

        Raises:
            TaskFailedToStartError: one of its roles can't be assumed.
        """
        try:
            variables = self._gateway.admit(_described(task, address))
            return Access(variables=variables, execution=self._execution(task))
        except RoleRefusedError as error:
            raise TaskFailedToStartError(str(error)) from error

    def dismiss(self, task: Task) -> None:
        """Its keys are of no more use."""
        self._gateway.dismiss(task.id)

    def _execution(self, task: Task) -> Keys | None:
        if task.execution_role is None:
            return None
        session = self._gateway.take_role(task.execution_role, task.id)
        return Keys(
            endpoint=self._gateway.url,
            access_key=session.access_key,
            secret_key=session.secret_key,
            token=session.token,
        )


def _described(task: Task, address: str) -> metadata.Task:
    """A task as its metadata endpoint tells it."""
    return metadata.Task(
        arn=task.arn,
        cluster_arn=task.cluster,
        family=task.family,
        revision=task.revision,
        address=address,
        role_arn=task.task_role,
        cpu=task.cpu,
        memory=task.memory,
        service_name=task.service or "",
        containers=tuple(
            metadata.Container(
                name=one.name,
                image=one.image,
                image_digest=one.image.partition("@")[2],
                log_options=one.log_options or {},
            )
            for one in task.containers
        ),
    )
