"""The container credentials endpoint: keys of the task's role, for whoever knows its path.

As on ECS, the path holds an id that only the task is told; there is no token beside it.
"""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.gateway.sessions import RoleRefusedError

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.gateway.sessions import Session, Sessions

_PATH = "/v2/credentials/"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Owner:
    task_id: str
    role_arn: str


class Credentials:
    """Hands out keys by paths that can't be guessed; safe to use from several threads."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._lock = threading.Lock()
        self._owners: dict[str, _Owner] = {}

    def admit(self, task_id: str, role_arn: str) -> str:
        """The path at which a task finds the keys of its role.

        `RoleRefusedError` when ECS may not take that role: the task can't start.
        """
        self._sessions.take(role_arn, task_id)
        path = f"{_PATH}{secrets.token_urlsafe(24)}"
        with self._lock:
            self._owners[path] = _Owner(task_id=task_id, role_arn=role_arn)
        return path

    def dismiss(self, task_id: str) -> None:
        """Answer a task no more; its keys end too."""
        with self._lock:
            self._owners = {k: one for k, one in self._owners.items() if one.task_id != task_id}
        self._sessions.end(task_id)

    def answer(self, path: str) -> tuple[int, str] | None:
        """The response to a GET: status and JSON; nothing when the path is not one of ours."""
        if not path.startswith(_PATH):
            return None
        owner = self._owners.get(path)
        if owner is None:
            return 404, json.dumps({"code": "NotFound", "message": "no task has these credentials"})
        try:
            session = self._sessions.take(owner.role_arn, owner.task_id)
        except RoleRefusedError as error:
            return 500, json.dumps({"code": "InternalServerError", "message": str(error)})
        return 200, json.dumps(_document(session))


def _document(session: Session) -> dict[str, str]:
    return {
        "RoleArn": session.role_arn,
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret_key,
        "Token": session.token,
        "Expiration": session.expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
