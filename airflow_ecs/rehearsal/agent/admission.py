"""Lets tasks into AWS through the gateway, as far as their roles go."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.agent.clients import Keys
from airflow_ecs.rehearsal.agent.execution_role import ExecutionRole
from airflow_ecs.rehearsal.agent.failures import TaskFailedToStartError
from airflow_ecs.rehearsal.gateway import metadata
from airflow_ecs.rehearsal.gateway.sessions import RoleRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow_ecs.rehearsal.agent.clients import Clients
    from airflow_ecs.rehearsal.agent.definition import Task
    from airflow_ecs.rehearsal.gateway.gateway import Gateway


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """How a task gets to AWS.

    `variables` lead each container's processes there as the task role, by the container's name.
    `as_execution_role` gives a service's client, for what ECS does for the task; it raises
    `TaskFailedToStartError` when the role is not to be had.
    """

    variables: Mapping[str, Mapping[str, str]] = field(repr=False)
    as_execution_role: Callable[[str], Any]


class Admission:
    """Admits tasks to a gateway, and dismisses them."""

    def __init__(self, gateway: Gateway, clients: Clients) -> None:
        self._gateway = gateway
        self._clients = clients

    def admit(self, task: Task, address: str) -> Access:
        """Let a task in that runs at an address.

        Raises:
            TaskFailedToStartError: one of its roles can't be assumed.
        """
        try:
            variables = self._gateway.admit(_described(task, address))
        except RoleRefusedError as error:
            raise TaskFailedToStartError(str(error)) from error
        if task.execution_role is None:
            return Access(variables=variables, as_execution_role=partial(_no_role, task))
        take = partial(self._keys, task.execution_role, task.id)
        take()
        role = ExecutionRole(self._clients, take)
        return Access(variables=variables, as_execution_role=role.client)

    def dismiss(self, task: Task) -> None:
        """Its keys are of no more use."""
        self._gateway.dismiss(task.id)

    def _keys(self, role: str, task_id: str) -> Keys:
        try:
            session = self._gateway.take_role(role, task_id)
        except RoleRefusedError as error:
            raise TaskFailedToStartError(str(error)) from error
        return Keys(
            endpoint=self._gateway.url,
            access_key=session.access_key,
            secret_key=session.secret_key,
            token=session.token,
        )


def _no_role(task: Task, _: str) -> Any:
    raise TaskFailedToStartError(
        f"ResourceInitializationError: the definition {task.definition} has no execution role, "
        "which secrets and awslogs need"
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
