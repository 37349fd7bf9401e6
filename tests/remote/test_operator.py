"""What the operator does with ECS; on whatever Airflow is installed, and skipped without one."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from enum import StrEnum
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("airflow", reason="Airflow is not installed here; see docs/remote-tasks.md")

from airflow.providers.amazon.aws.hooks.ecs import EcsHook
from airflow.providers.amazon.aws.hooks.logs import AwsLogsHook
from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator
from airflow.providers.amazon.aws.triggers.ecs import TaskDoneTrigger
from airflow.providers.common.compat.sdk import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
    TaskDeferred,
)
from airflow.triggers.base import TriggerEvent

from airflow_ecs.remote import (
    CpuValues,
    RemoteTask,
    RemoteTaskError,
    RemoteTaskOperator,
    make_local_operator,
    make_remote_operator,
)
from airflow_ecs.remote import operator as operator_module
from airflow_ecs.remote.placement import VARIABLE
from airflow_ecs.remote.trigger import RemoteTaskTrigger
from tests.remote.aws import Ecs, Ssm, cut_wait, refusal
from tests.remote.conftest import PLACEMENT

try:
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

WELL = {"containers": [{"name": "daily", "exitCode": 0}]}
SPOT, ON_DEMAND = "FARGATE_SPOT", "FARGATE"


class Group(StrEnum):
    REPORTS = "reports"


class Pool(StrEnum):
    REMOTE = "remote"


class Logs:
    """CloudWatch, with these lines or this error."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.error: Exception | None = None
        self.asked: list[dict[str, Any]] = []

    def get_log_events(self, **request: Any) -> Any:
        self.asked.append(request)
        if self.error:
            raise self.error
        events = [{"message": line, "timestamp": 0} for line in self.lines]
        if "nextToken" in request:
            events = []
        return {"events": events[-request.get("limit", 99) :], "nextForwardToken": "end"}


class Aws:
    """An account that all hooks of the operator lead to."""

    def __init__(self) -> None:
        self.ecs, self.ssm, self.logs = Ecs(), Ssm(), Logs()
        self.ecs.task = WELL


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    found = Aws()
    monkeypatch.setenv(VARIABLE, json.dumps(PLACEMENT))
    monkeypatch.delenv("DOCKER_ADDRESS", raising=False)
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(EcsRunTaskOperator, "client", found.ecs)
    monkeypatch.setattr(operator_module, "SsmHook", lambda **_: SimpleNamespace(conn=found.ssm))
    monkeypatch.setattr(AwsLogsHook, "conn", found.logs)
    return found


def make(**changes: Any) -> Any:
    given: dict[str, Any] = {
        "task_id": "report",
        "task_group": Group.REPORTS,
        "task_name": "daily",
        "task_container": "reports:1.4",
        "awslogs_fetch_interval": timedelta(0),
    }
    return make_remote_operator(DAG("sales", schedule=None), **given | changes)


def context(**changes: Any) -> dict[str, Any]:
    given = {"dag_id": "sales", "task_id": "report", "run_id": "r1", "map_index": -1}
    ti = SimpleNamespace(**given | {"try_number": 1} | changes, xcom_push=lambda **_: None)
    return {"ti": ti, "task_instance": ti}


def run(operator: Any, **changes: Any) -> Any:
    # As a worker calls it, past Airflow's guard against calls from elsewhere.
    return type(operator).execute.__wrapped__(operator, context(**changes))


@pytest.fixture(autouse=True)
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the operator under ours be executed outside of a worker."""
    inner = EcsRunTaskOperator.execute
    monkeypatch.setattr(EcsRunTaskOperator, "execute", getattr(inner, "__wrapped__", inner))


def test_the_task_runs_where_the_placement_says(aws: Aws) -> None:
    run(make(jit_values={"DAY": "2026-11-21"}, tags={"team": "data"}))
    (asked,) = aws.ecs.runs
    assert asked["cluster"] == PLACEMENT["cluster"]
    assert asked["taskDefinition"] == "airflow-dev-task-reports--daily:1"
    assert asked["capacityProviderStrategy"] == PLACEMENT["capacity_providers"]
    assert "launchType" not in asked
    assert asked["networkConfiguration"]["awsvpcConfiguration"] == {
        "subnets": PLACEMENT["subnets"],
        "securityGroups": PLACEMENT["security_groups"],
        "assignPublicIp": "DISABLED",
    }
    assert asked["overrides"]["containerOverrides"] == [
        {"name": "daily", "environment": [{"name": "DAY", "value": "2026-11-21"}]}
    ]
    assert {tag["key"] for tag in asked["tags"]} == {"airflow-ecs:dag", "airflow-ecs:run"}
    assert asked["propagateTags"] == "TASK_DEFINITION"


def test_a_network_and_a_strategy_of_the_dags_own_are_taken(aws: Aws) -> None:
    network = {"awsvpcConfiguration": {"subnets": ["subnet-9"]}}
    strategy = [{"capacityProvider": "mine", "weight": 1}]
    run(make(network_configuration=network, capacity_provider_strategy=strategy, spot_share=100))
    (asked,) = aws.ecs.runs
    assert asked["networkConfiguration"] == network
    assert asked["capacityProviderStrategy"] == strategy


def test_what_the_deployment_says_is_not_the_dags_to_say() -> None:
    with pytest.raises(RemoteTaskError, match="cluster is what the deployment and the definition"):
        make(cluster="mine")


def test_an_image_without_a_registry_comes_from_the_address_that_containers_are_told(
    monkeypatch: pytest.MonkeyPatch, aws: Aws
) -> None:
    monkeypatch.setenv("DOCKER_ADDRESS", "registry.example.com")
    run(make())
    (container,) = aws.ecs.revisions[0]["containerDefinitions"]
    assert container["image"] == "registry.example.com/reports:1.4"


def test_a_hundred_runs_register_once(aws: Aws) -> None:
    for number in range(100):
        run(make(), run_id=f"r{number}")
    assert (len(aws.ecs.revisions), len(aws.ecs.runs)) == (1, 100)
    # One look for each run, and for the first one more, inside the lock.
    assert aws.ecs.described == 101


def test_nothing_is_asked_while_a_dag_is_read(monkeypatch: pytest.MonkeyPatch, aws: Aws) -> None:
    monkeypatch.delenv(VARIABLE)
    make(environment_values=["any"], secret_values={"TOKEN": "api/token"})
    assert (aws.ecs.described, aws.ecs.runs, aws.ssm.values) == (0, [], {})


def test_a_retry_waits_for_the_task_whose_worker_died(aws: Aws) -> None:
    run(make())
    aws.ecs.running = {"arn:task/0": aws.ecs.runs.pop()["startedBy"]}
    aws.ecs.described = 0
    operator = make()
    run(operator, try_number=2)
    assert operator.arn == "arn:task/0"
    assert (aws.ecs.runs, aws.ecs.described) == ([], 0)


def test_a_deployment_leaves_the_tasks_of_another_on_its_cluster_alone(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(make())
    aws.ecs.running = {"arn:task/0": aws.ecs.runs[0]["startedBy"]}
    monkeypatch.setenv(VARIABLE, json.dumps(PLACEMENT | {"parameter_path": "/airflow/other"}))
    operator = make()
    run(operator)
    assert (operator.arn, len(aws.ecs.runs)) == ("arn:task/1", 2)


def test_killing_it_stops_the_task(aws: Aws) -> None:
    operator = make()
    run(operator)
    operator.on_kill()
    assert aws.ecs.stopped == ["arn:task/1"]


def test_killing_it_while_runtask_is_under_way_stops_what_that_has_started(aws: Aws) -> None:
    def cut_short(*, startedBy: str, **_: Any) -> None:  # noqa: N803
        aws.ecs.running = {"arn:task/1": startedBy}
        raise KeyboardInterrupt

    aws.ecs.run_task = cut_short  # type: ignore[method-assign]
    operator = make()
    with pytest.raises(KeyboardInterrupt):
        run(operator)
    operator.on_kill()
    assert aws.ecs.stopped == ["arn:task/1"]


@pytest.mark.parametrize("failure", ["RESOURCE:CPU", refusal("E", "Capacity is unavailable at")])
def test_no_spot_capacity_means_on_demand_at_once(aws: Aws, failure: Any) -> None:
    run(make(), run_id="first")
    aws.ecs.failing = [failure]
    run(make(spot_share=100))
    providers = [one["capacityProviderStrategy"][0]["capacityProvider"] for one in aws.ecs.runs]
    assert providers[1:] == [SPOT, ON_DEMAND]


def test_spot_is_asked_for_again_when_aws_is_asked_too_often(aws: Aws) -> None:
    run(make(), run_id="first")
    aws.ecs.failing = [refusal("ThrottlingException"), "RESOURCE:CPU"]
    run(make(spot_share=100))
    providers = [one["capacityProviderStrategy"][0]["capacityProvider"] for one in aws.ecs.runs]
    assert providers[1:] == [SPOT, SPOT, ON_DEMAND]


UNHEARD = [
    [cut_wait("ThrottlingException"), cut_wait("ServerException", 500)],
    [cut_wait("ServiceUnavailable", 503), refusal("ThrottlingException")],
]


@pytest.mark.parametrize("unheard", UNHEARD)
def test_a_task_goes_on_while_aws_does_not_answer_about_it(aws: Aws, unheard: list[Any]) -> None:
    operator = make()
    aws.ecs.unheard = [*unheard]
    run(operator)
    assert (aws.ecs.unheard, aws.ecs.stopped, len(aws.ecs.runs)) == ([], [], 1)


def test_a_task_that_may_not_be_watched_is_stopped(aws: Aws) -> None:
    aws.ecs.unheard = [cut_wait("AccessDeniedException")]
    with pytest.raises(Exception, match="Waiter TasksStopped failed"):
        run(make())
    assert aws.ecs.stopped == ["arn:task/1"]


def test_want_of_capacity_and_throttling_are_waited_for(aws: Aws) -> None:
    run(make(), run_id="first")
    aws.ecs.failing = ["RESOURCE:MEMORY", refusal("ThrottlingException")]
    run(make())
    assert len(aws.ecs.runs) == 4


def test_without_patience_it_is_not(aws: Aws) -> None:
    run(make(), run_id="first")
    aws.ecs.failing = ["RESOURCE:MEMORY"]
    with pytest.raises(Exception, match="RESOURCE:MEMORY"):
        run(make(capacity_wait=timedelta(0)))


def test_a_failure_says_why_with_the_last_lines(aws: Aws) -> None:
    aws.logs.lines = ["loading", "out of range"]
    aws.ecs.task = {
        "containers": [{"name": "daily", "exitCode": 2}],
        "stoppedReason": "Essential container in task exited",
    }
    with pytest.raises(AirflowException, match="exit code 2: Essential") as raised:
        run(make())
    assert str(raised.value).endswith("The last lines of its log:\nloading\nout of range")
    assert aws.logs.asked[-1]["logStreamName"] == "ecs/daily/1"
    assert aws.logs.asked[-1]["logGroupName"] == PLACEMENT["log_group"]


def test_an_exit_code_may_mean_skipped(aws: Aws) -> None:
    aws.ecs.task = {"containers": [{"name": "daily", "exitCode": 99}]}
    with pytest.raises(AirflowSkipException, match="exit code 99"):
        run(make(skip_on_exit_code=99))


@pytest.mark.parametrize(
    "error", [refusal("AccessDeniedException"), refusal("ResourceNotFoundException"), OSError()]
)
def test_a_log_that_cannot_be_read_fails_nothing(aws: Aws, error: Exception) -> None:
    aws.logs.error = error
    assert run(make()) is None


def test_the_last_line_is_the_result(aws: Aws) -> None:
    aws.logs.lines = ["loading", "42 rows"]
    assert run(make()) == "42 rows"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"environment_values": ["warehose"]}, "did you mean warehouse"),
        ({"jit_values": {"TEXT": "{{ text }}"}}, "ECS takes 8,192"),
    ],
)
def test_what_cannot_be_is_refused_before_ecs_is_asked_and_not_retried(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, changes: Any, message: str
) -> None:
    # As a DAG is read where no deployment is known.
    monkeypatch.delenv(VARIABLE)
    operator = make(**changes)
    monkeypatch.setenv(VARIABLE, json.dumps(PLACEMENT))
    operator.render_template_fields({"text": "x" * 9000})
    with pytest.raises(AirflowFailException, match=message):
        run(operator)
    assert (aws.ecs.described, aws.ecs.runs) == (0, [])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"jit_values": {"WH": "x"}}, "WH is in jit_values, and injected too"),
        ({"jit_values": {"a-b": "x"}}, "jit_values has 'a-b'"),
        ({"jit_values": ["x"]}, "jit_values is .'x'.; write an object"),
        ({"spot_share": 101}, "spot_share is 101"),
    ],
)
def test_what_a_mapped_task_is_given_is_looked_at_when_it_runs(
    aws: Aws, changes: Any, message: str
) -> None:
    task = RemoteTask(group="reports", name="daily", image="reports", values={"WH": "warehouse"})
    operator = RemoteTaskOperator(task_id="report", remote_task=task, **changes)
    with pytest.raises(AirflowFailException, match=message):
        run(operator)
    assert (aws.ecs.described, aws.ecs.runs) == (0, [])


def deferred(operator: Any) -> Any:
    with pytest.raises(TaskDeferred) as raised:
        run(operator)
    return raised.value


def test_a_deferred_task_waits_in_the_triggerer_until_its_timeout(aws: Aws) -> None:
    trigger = deferred(make(deferrable=True, timeout=timedelta(hours=1))).trigger
    path, known = trigger.serialize()
    assert path == "airflow_ecs.remote.trigger.RemoteTaskTrigger"
    assert known["log_stream"] == "ecs/daily/1"
    assert RemoteTaskTrigger(**known).serialize() == (path, known)
    assert known["deadline"] > 3600


def test_a_deferred_task_that_ended_is_told_by_another_process(aws: Aws) -> None:
    aws.logs.lines = ["42 rows"]
    event = {"status": "success", "task_arn": "arn:task/1", "cluster": PLACEMENT["cluster"]}
    assert make(deferrable=True).execute_complete(context(), event) == "42 rows"
    aws.logs.error = refusal("ResourceNotFoundException")
    assert make(deferrable=True).execute_complete(context(), event) is None


def test_a_deferred_task_is_stopped_at_its_timeout(aws: Aws) -> None:
    event = {"status": "timeout", "task_arn": "arn:task/1", "cluster": PLACEMENT["cluster"]}
    with pytest.raises(AirflowException, match="longer than its timeout, 0:00:30"):
        make(deferrable=True, timeout=timedelta(seconds=30)).execute_complete(context(), event)
    assert aws.ecs.stopped == ["arn:task/1"]


def trigger(**changes: Any) -> RemoteTaskTrigger:
    given = {"cluster": "c", "task_arn": "arn:task/1", "waiter_delay": 1, "waiter_max_attempts": 9}
    return RemoteTaskTrigger(**given | {"aws_conn_id": None} | changes)


def only_event(waiting: RemoteTaskTrigger) -> dict[str, Any]:
    async def first() -> Any:
        return [event.payload async for event in waiting.run()]

    (payload,) = asyncio.run(first())
    return dict(payload)


@pytest.mark.parametrize(("deadline", "status"), [(None, "success"), (0.0, "timeout")])
def test_the_trigger_tells_of_one_end(
    monkeypatch: pytest.MonkeyPatch, deadline: float | None, status: str
) -> None:
    async def wait(_: Any) -> AsyncIterator[TriggerEvent]:
        await asyncio.sleep(0.01)
        yield TriggerEvent({"status": "success", "task_arn": "arn:task/1", "cluster": "c"})

    monkeypatch.setattr(TaskDoneTrigger, "run", wait)
    assert only_event(trigger(deadline=deadline))["status"] == status


class Client:
    """What a hook gives the triggerer: ECS, which answers each wait so, or a log."""

    def __init__(self, answers: list[Any]) -> None:
        self.answers = answers
        self.lines: list[str] = []
        self.read: list[str] = []

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        """There is nothing to close."""

    def get_waiter(self, _: str) -> Client:
        return self

    async def wait(self, **_: Any) -> None:
        answer = self.answers.pop(0)
        self.lines.append(f"line {len(self.lines) + 1}")
        if answer:
            raise answer

    async def get_log_events(self, *, nextToken: str = "0", **_: Any) -> Any:  # noqa: N803
        unread = self.lines[int(nextToken) :]
        self.read += unread
        events = [{"message": line, "timestamp": 0} for line in unread]
        return {"events": events, "nextForwardToken": str(len(self.lines))}


@pytest.fixture
def triggerer(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Any]], Client]:
    def triggerer(answers: list[Any]) -> Client:
        client = Client(answers)

        async def conn(_: Any) -> Client:
            return client

        monkeypatch.setattr(EcsHook, "get_async_conn", conn)
        monkeypatch.setattr(AwsLogsHook, "get_async_conn", conn)
        return client

    return triggerer


def test_the_trigger_waits_on_while_aws_does_not_answer_and_tells_every_line_once(
    triggerer: Callable[[list[Any]], Client],
) -> None:
    client = triggerer([cut_wait("ThrottlingException"), cut_wait("ServerException", 500), None])
    waiting = trigger(log_group="g", log_stream="s", waiter_delay=0)

    async def told() -> tuple[str, list[str]]:
        async for event in waiting.run():
            # A triggerer may well read nothing after the event.
            return event.payload["status"], [*client.read]
        raise AssertionError("no event")

    assert asyncio.run(told()) == ("success", ["line 1", "line 2", "line 3"])


def test_the_trigger_ends_when_it_may_not_ask(
    triggerer: Callable[[list[Any]], Client],
) -> None:
    client = triggerer([cut_wait("AccessDeniedException"), None])
    with pytest.raises(Exception, match=r"tasks|Waiter"):
        only_event(trigger(waiter_delay=0))
    assert client.answers == [None]


def test_the_trigger_goes_on_without_a_log() -> None:
    class Unreadable:
        async def get_log_events(self, **_: Any) -> None:
            raise refusal("AccessDeniedException")

    waiting = trigger(log_group="g", log_stream="s")
    assert asyncio.run(waiting._forward_logs(Unreadable(), "token")) == "token"


def test_defaults_of_the_dag_hold_and_enums_name_pools() -> None:
    dag = DAG("sales", schedule=None, default_args={"retries": 4, "reattach": False})
    task = make_remote_operator(
        dag, "a", Group.REPORTS, "daily", "reports", "run 'two words'", throttling_group=Pool.REMOTE
    )
    assert (task.retries, task.reattach, task.pool) == (4, False, "remote")
    assert task.remote_task.command == ["run", "two words"]
    local = make_local_operator(dag, "b", print, Pool.REMOTE, timeout=timedelta(minutes=1))
    assert (local.retries, local.pool) == (4, "remote")
    assert local.execution_timeout == timedelta(minutes=1)


def test_a_mistake_is_a_sentence_when_the_dag_is_read() -> None:
    with pytest.raises(RemoteTaskError, match="task_memory is 100 MiB"):
        make(task_cpus=CpuValues.ONE_VCPU, task_memory=100)
    with pytest.raises(RemoteTaskError, match="spot_share is 101"):
        make(spot_share=101)
    with pytest.raises(RemoteTaskError, match="spot_share is 50, and capacity_provider 'gpu'"):
        make(spot_share=50, capacity_provider="gpu", task_cpus=1024)
    with pytest.raises(RemoteTaskError, match="healthcheck_retries is 0"):
        make(healthcheck_retries=0)
    with pytest.raises(RemoteTaskError, match="healthcheck_command is ''"):
        make(healthcheck_command="")
    with pytest.raises(RemoteTaskError, match="ECS takes 8,192"):
        make(jit_values={"TEXT": "x" * 9000, "DAY": "{{ ds }}"})


def test_values_of_another_task_go_by_their_variables() -> None:
    dag = DAG("sales", schedule=None)
    chosen = make_local_operator(dag, "choose", print).output
    given: Any = (Group.REPORTS, "daily", "reports")
    task = make_remote_operator(dag, "report", *given, jit_values={"REGION": chosen})
    assert task.upstream_task_ids == {"choose"}
    with pytest.raises(RemoteTaskError, match=r"jit_values is .*; write an object"):
        make_remote_operator(dag, "another", *given, jit_values=chosen)


def test_what_is_left_out_may_be_none() -> None:
    task = make(
        task_start_command=None, environment_values=None, secret_values=None, jit_values=None
    ).remote_task
    assert (task.command, task.values, task.secrets, task.health_check) == ((), {}, {}, None)


def test_keys_alone_name_their_variables() -> None:
    task = make(environment_values=["warehouse"], secret_values=["api/token"]).remote_task
    assert (task.values, task.secrets) == ({"WAREHOUSE": "warehouse"}, {"API_TOKEN": "api/token"})


def test_run_time_values_are_templated_and_survive_serialization() -> None:
    task = make(jit_values={"DAY": "{{ ds }}"})
    assert "jit_values" in task.template_fields
    task.render_template_fields({"ds": "2026-11-21"})
    assert task.jit_values == {"DAY": "2026-11-21"}
