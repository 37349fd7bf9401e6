"""Airflow's REST API (version 2, that of Airflow 3), as far as a smoke test needs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from airflow_ecs.rehearsal.page import Answer, Page

# How much of a refusal is shown.
_SHOWN = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of a DAG."""

    dag: str
    id: str

    @property
    def path(self) -> str:
        """Where the API has it."""
        return f"/api/v2/dags/{quote(self.dag)}/dagRuns/{quote(self.id)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskInstance:
    """One task of a run: its state (None before it is scheduled) and the host that ran it."""

    task: str
    state: str | None
    host: str
    attempt: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskLog:
    """A task's log: the places that it was read from, and its messages."""

    sources: Sequence[str]
    messages: Sequence[str]

    def mentions(self, text: str) -> bool:
        """Whether a message holds this text."""
        return any(text in message for message in self.messages)


class AirflowApi:
    """The API of one Airflow, asked as one of its users."""

    def __init__(self, page: Page, user: str, password: str) -> None:
        """Sign in.

        Raises:
            RehearsalError: Airflow does not know this user with this password.
        """
        self._page = page
        given = {"username": user, "password": password}
        answer = page.ask("POST", "/auth/token", body=given)
        if answer.status != 201:
            raise RehearsalError(_refused("POST", f"{page.url}/auth/token", answer))
        self._headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def knows(self, dag: str) -> bool:
        """Whether the DAG has been found, and read, by the DAG processor."""
        path = f"/api/v2/dags/{quote(dag)}"
        answer = self._page.ask("GET", path, headers=self._headers)
        if answer.status not in (200, 404):
            raise RehearsalError(_refused("GET", path, answer))
        return answer.status == 200

    def start(self, dag: str, conf: dict[str, object]) -> Run:
        """Unpause a DAG, and start a run of it with these parameters."""
        path = f"/api/v2/dags/{quote(dag)}"
        self.ask("PATCH", path, {"is_paused": False})
        started = self.ask("POST", f"{path}/dagRuns", {"logical_date": None, "conf": conf})
        return Run(dag=dag, id=started["dag_run_id"])

    def state(self, run: Run) -> str:
        """How a run is now."""
        return str(self.ask("GET", run.path)["state"])

    def states(self, run: Run) -> Iterator[str]:
        """How a run is, told second by second by one request, until the run has ended."""
        for line in self._page.lines(f"{run.path}/wait?interval=1", self._headers):
            yield str(json.loads(line)["state"])

    def tasks(self, run: Run) -> list[TaskInstance]:
        """How the tasks of a run are."""
        found = self.ask("GET", f"{run.path}/taskInstances")["task_instances"]
        return [
            TaskInstance(
                task=one["task_id"],
                state=one["state"],
                host=one["hostname"] or "",
                attempt=one["try_number"],
            )
            for one in found
        ]

    def log(self, run: Run, task: TaskInstance) -> TaskLog:
        """The log of a task's last attempt, as far as it is written."""
        path = f"{run.path}/taskInstances/{quote(task.task)}/logs/{task.attempt}"
        events = [str(one["event"]) for one in self.ask("GET", path)["content"]]
        # The first group tells the sources.
        end = events.index("::endgroup::") if "::endgroup::" in events else 0
        return TaskLog(sources=events[1:end], messages=events[end + 1 :])

    def pools(self) -> dict[str, int]:
        """The slots of each pool."""
        found = self.ask("GET", "/api/v2/pools?limit=1000")["pools"]
        return {pool["name"]: pool["slots"] for pool in found}

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask for anything else; what the API answers as JSON."""
        answer = self._page.ask(method, path, body=body, headers=self._headers)
        if answer.status >= 300:
            raise RehearsalError(_refused(method, path, answer))
        return answer.json()


def _refused(method: str, path: str, answer: Answer) -> str:
    text = answer.body.decode(errors="replace").strip()[:_SHOWN]
    return f"{method} {path} answers {answer.status}: {text}"
