"""The keys of a role end after an hour, and tasks last longer."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.agent.clients import Keys
from airflow_ecs.rehearsal.agent.execution_role import ExecutionRole
from airflow_ecs.rehearsal.agent.logs import Log

if TYPE_CHECKING:
    from pathlib import Path


class Client:
    """CloudWatch, for whoever has these keys."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.said: list[str] = []

    def create_log_stream(self, **_: str) -> None:
        pass

    def put_log_events(self, **request: Any) -> None:
        self.said += [event["message"] for event in request["logEvents"]]


class Made:
    """Makes clients, and remembers them."""

    def __init__(self) -> None:
        self.all: list[Client] = []

    def of(self, keys: Keys, _: str) -> Client:
        self.all.append(Client(keys))
        return self.all[-1]


def keys(number: int) -> Keys:
    return Keys(endpoint="http://127.0.0.1:1", access_key=f"key-{number}", secret_key="s")


def test_a_log_goes_on_with_the_roles_next_keys(tmp_path: Path) -> None:
    hour, made = [1], Made()
    role = ExecutionRole(made, lambda: keys(hour[0]))
    log = Log(tmp_path / "log", role.client, {"awslogs-group": "app"}, "main/1")
    log.pump(io.BytesIO(b"one\ntwo\n"))
    deadline = time.monotonic() + 10
    while made.all[0].said != ["one", "two"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    hour[0] = 2
    log.pump(io.BytesIO(b"three\n"))
    log.close()
    assert [client.keys.access_key for client in made.all] == ["key-1", "key-2"]
    assert made.all[1].said == ["three"]
