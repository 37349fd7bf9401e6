"""Why a run is no success is said in one message, whatever a run has come to."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from airflow_ecs import cli
from airflow_ecs.rehearsal import denials, smoke, smoke_logs, smoke_run
from airflow_ecs.rehearsal.airflow_api import AirflowApi, Run, TaskInstance, TaskLog
from airflow_ecs.rehearsal.background import Background
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.gateway.serving import LoopbackServer
from airflow_ecs.rehearsal.service_logs import ServiceLogs
from airflow_ecs.rehearsal.state import State, StateFolder

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_ecs.rehearsal.gateway.serving import Handler

RUN = Run(dag="example", id="manual__1")


def task(state: str | None, host: str = "10.0.0.7") -> TaskInstance:
    return TaskInstance(task="count", state=state, host=host, attempt=1)


@dataclass
class Api:
    """An Airflow in which one run is as it is told, for ever."""

    is_: str
    ran: list[TaskInstance] = field(default_factory=list)
    said: TaskLog = field(default_factory=lambda: TaskLog(sources=[], messages=[]))

    def knows(self, _: str) -> bool:
        return True

    def start(self, *_: Any) -> Run:
        return RUN

    def states(self, _: Run) -> list[str]:
        return [self.is_]

    def state(self, _: Run) -> str:
        return self.is_

    def tasks(self, _: Run) -> list[TaskInstance]:
        return self.ran

    def log(self, *_: Any) -> TaskLog:
        return self.said


class Started:
    """A deployment's tasks of ECS: one, which prints nothing."""

    family, log_group = "airflow-dev-runner", "/ecs/airflow/dev/runner"

    def addresses(self) -> list[str]:
        return ["10.0.0.7"]

    def have_said(self, *_: Any) -> bool:
        return False


class Workers:
    """A deployment with one worker, and with nothing in its bucket."""

    runner = "worker"
    started_tasks: Started | None = None

    def addresses(self, _: str) -> set[str]:
        return {"10.0.0.9"}

    def is_stored(self, _: str) -> bool:
        return False


NO_AGENT = State(
    project="airflow",
    stack="dev",
    region="eu-west-1",
    endpoint="http://127.0.0.1:1",
    account=Background(pid=1, token="none"),
)
DEPLOYED = cast("Any", Workers())


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke_run, "PATIENCE", 0.0)
    monkeypatch.setattr(smoke_logs, "_UPLOAD", 0.0)


def failure(api: Api) -> str:
    with pytest.raises(RehearsalError) as failed:
        smoke_run.finish(cast("AirflowApi", api), "example")
    return str(failed.value)


def test_a_failed_run_shows_the_end_of_its_failed_tasks_log() -> None:
    log = TaskLog(sources=[], messages=["started", "ZeroDivisionError"])
    assert failure(Api("failed", [task("failed")], log)) == (
        "a run of example has failed: count is failed.\n"
        "The log of count ends:\n  started\n  ZeroDivisionError"
    )


def test_a_failed_task_that_never_began_leads_to_the_execution_api() -> None:
    told = failure(Api("failed", [task("failed")]))
    assert "AIRFLOW__CORE__EXECUTION_API_SERVER_URL" in told
    assert "AIRFLOW__API_AUTH__JWT_SECRET" in told


def test_a_run_that_no_scheduler_begins_is_the_schedulers() -> None:
    assert failure(Api("queued", [task(None)])) == (
        "a run of example is queued after 0 s: count is not scheduled. "
        "The scheduler has not begun it."
    )


def test_a_task_that_no_worker_takes_is_the_brokers() -> None:
    assert failure(Api("running", [task("queued")])) == (
        "a run of example is running after 0 s: count is queued. "
        "A queued task is one that no worker has taken from the broker, or has begun."
    )


def test_a_task_elsewhere_than_on_a_worker_is_told_with_both_addresses() -> None:
    api = cast("AirflowApi", Api("success", [task("success")]))
    with pytest.raises(RehearsalError, match=r"ran on 10\.0\.0\.7, .* addresses are 10\.0\.0\.9"):
        smoke_run.place(api, RUN, DEPLOYED)


def test_a_log_that_is_not_served_live_tells_where_it_was_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = TaskLog(sources=["Could not read served logs: refused"], messages=["1 s to go"])
    api = Api("success", [task("running")], log)
    states = iter(["running", "success"])
    monkeypatch.setattr(api, "state", lambda _: next(states, "success"))
    monkeypatch.setattr(smoke_run, "PATIENCE", 60.0)
    with pytest.raises(RehearsalError, match=r"from its worker .*: Could not read served logs: re"):
        smoke_logs.live(cast("AirflowApi", api), DEPLOYED)


def test_tasks_that_share_one_of_ecs_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DEPLOYED, "started_tasks", Started())
    api = cast("AirflowApi", Api("success", [task("success"), task("success")]))
    with pytest.raises(RehearsalError, match=r"2 tasks ran on 10\.0\.0\.7, and ECS has run 1 of"):
        smoke_run.place(api, RUN, DEPLOYED)


def test_a_task_of_ecs_that_prints_nothing_is_told_with_its_log_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(DEPLOYED, "started_tasks", Started())
    api = Api("success", [task("running")])
    states = iter(["running", "success"])
    monkeypatch.setattr(api, "state", lambda _: next(states, "success"))
    monkeypatch.setattr(smoke_run, "PATIENCE", 60.0)
    with pytest.raises(RehearsalError, match="/ecs/airflow/dev/runner had nothing of countdown"):
        smoke_logs.live(cast("AirflowApi", api), DEPLOYED)


def test_a_log_that_never_reaches_s3_tells_where_it_was_looked_for() -> None:
    log = TaskLog(sources=["s3://logs/count"], messages=["1 s to go"])
    api = cast("AirflowApi", Api("success", [task("success")], log))
    with pytest.raises(RehearsalError, match=r"count can't be read from S3 .*: s3://logs/count"):
        smoke_logs.stored(api, RUN, DEPLOYED)


def test_a_stack_that_is_not_up_is_no_failure_of_airflow(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["smoke", "--project", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "error: dev is not up; start it with rehearse.\n"


def test_an_account_without_services_is_told_how_to_get_some(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = StateFolder(tmp_path, "dev")
    folder.path.mkdir(parents=True)
    this = Background(pid=os.getpid(), token="python")
    folder.write(replace(NO_AGENT, account=this, deployed=True))
    assert cli.main(["smoke", "--project", str(tmp_path)]) == 1
    assert "runs no services; rehearse it without --no-services" in capsys.readouterr().err


def test_a_failure_brings_what_the_services_it_needs_said_of_errors_meanwhile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").mkdir()
    worker = tmp_path / "logs" / "airflow-dev-worker.log"
    worker.write_text("OSError: an old one\n")
    report = smoke.Report(NO_AGENT, ServiceLogs(tmp_path))
    with worker.open("a") as said:
        for second in (1, 2):
            said.write(f"2026-11-21T06:16:0{second}.1Z [info     ] all is well\n")
            said.write(f"2026-11-21T06:16:0{second}.2Z [error    ] could not upload\n")
            said.write('  File "errors.py", line 7, in fail\nbotocore.AccessDenied: PutObject\n')
    (tmp_path / "logs" / "airflow-dev-web.log").write_text("OSError: another service's\n")

    def fails() -> None:
        with report.check("worker") as passed:
            passed("it begins well")
            raise RehearsalError("the log is not there.")

    with pytest.raises(RehearsalError) as failed:
        fails()
    assert str(failed.value) == (
        "the log is not there.\nairflow-dev-worker said:\n"
        "  [error    ] could not upload\n  botocore.AccessDenied: PutObject"
    )
    assert capsys.readouterr().out == "[  0.0 s] it begins well\n"


def test_a_failure_brings_what_aws_refused_meanwhile_once_for_each_permission() -> None:
    begun = datetime.now(UTC)
    early = {"at": "2026-01-01T00:00:00+00:00", "role": "worker", "action": "s3:GetObject"}
    late = {"at": begun.isoformat(), "role": "worker", "action": "s3:PutObject"}
    told = [
        early | {"message": "not authorized to perform s3:GetObject"},
        late | {"message": "not authorized to perform s3:PutObject on a"},
        late | {"message": "not authorized to perform s3:PutObject on b"},
    ]

    def respond(handler: Handler) -> None:
        handler.write(200, {}, json.dumps(told).encode())

    agent = LoopbackServer(respond)
    agent.start()
    try:
        refused = denials.since(replace(NO_AGENT, introspection=agent.url), begun)
    finally:
        agent.stop()
    assert refused == ["not authorized to perform s3:PutObject on b"]
