"""What a task is given besides its definition: an AWS, keys for it, and its own metadata."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow_ecs.rehearsal.account_clients import Account
from airflow_ecs.rehearsal.gateway.credentials import Credentials
from airflow_ecs.rehearsal.gateway.enforce import Enforcement
from airflow_ecs.rehearsal.gateway.gate import Gate
from airflow_ecs.rehearsal.gateway.metadata import Metadata
from airflow_ecs.rehearsal.gateway.roles import Roles
from airflow_ecs.rehearsal.gateway.serving import LoopbackServer
from airflow_ecs.rehearsal.gateway.sessions import Sessions

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.gateway.gate import Denial
    from airflow_ecs.rehearsal.gateway.iam import Question
    from airflow_ecs.rehearsal.gateway.metadata import Task
    from airflow_ecs.rehearsal.gateway.serving import Handler
    from airflow_ecs.rehearsal.gateway.sessions import Session


class Gateway:
    """The emulated account served at `account_url`, as tasks see it.

    `admit` a task before it starts and `dismiss` it when it has ended.
    """

    def __init__(self, account_url: str, region: str) -> None:
        account = Account(account_url, region)
        roles = Roles(account)
        self._region = region
        self._sessions = Sessions(account, roles)
        self._gate = Gate(self._sessions, roles)
        self._enforcement = Enforcement(account, self._gate)
        self._credentials = Credentials(self._sessions)
        self._metadata = Metadata()
        # What is at 169.254.170.2 on ECS.
        self._local = LoopbackServer(self._respond)

    @property
    def url(self) -> str:
        """The endpoint of AWS for keys that were given out here."""
        return self._enforcement.url

    @property
    def denials(self) -> list[Denial]:
        """The calls that were refused, the latest last."""
        return self._gate.denials

    def start(self) -> None:
        """Answer from now on."""
        self._enforcement.start()
        self._local.start()

    def stop(self) -> None:
        """Answer no more."""
        self._enforcement.stop()
        self._local.stop()

    def admit(self, task: Task) -> dict[str, dict[str, str]]:
        """The variables that each container of a task gets, by the container's name.

        `RoleRefusedError` when ECS may not take the task's role: then the task can't start.
        """
        shared = self._aws()
        if task.role_arn:
            path = self._credentials.admit(task.id, task.role_arn)
            shared["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"{self._local.url}{path}"
        paths = {one.name: self._metadata.admit(task, one.name) for one in task.containers}
        return {
            name: shared | {"ECS_CONTAINER_METADATA_URI_V4": f"{self._local.url}{path}"}
            for name, path in paths.items()
        }

    def dismiss(self, task_id: str) -> None:
        """Answer a task no more."""
        self._credentials.dismiss(task_id)
        self._metadata.dismiss(task_id)

    def take_role(self, role_arn: str, task_id: str) -> Session:
        """Keys of a role for what ECS itself does for a task, as under its execution role.

        `RoleRefusedError` when ECS may not take it.
        """
        return self._sessions.take(role_arn, task_id)

    def refuses(self, role_arn: str | None, question: Question) -> str | None:
        """Why a role may not do what AWS itself does for its task; None where it may."""
        if role_arn is None:
            return "the task has no role"
        decision = self._gate.decide(role_arn, question)
        if decision.allowed:
            return None
        return f"{role_arn} is not authorized to perform: {question.action} {decision.reason}"

    def _aws(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.url,
            # Fargate sets these three.
            "AWS_DEFAULT_REGION": self._region,
            "AWS_REGION": self._region,
            "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
            # What Fargate hasn't and this machine may have: keys of the user's own.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _respond(self, handler: Handler) -> None:
        path = urlsplit(handler.path).path
        found = self._credentials.answer(path) or self._metadata.answer(path)
        status, body = found or (404, '"not found"')
        handler.write(status, {"Content-Type": "application/json"}, body.encode())
