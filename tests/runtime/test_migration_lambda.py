"""The migration's Lambda handler, on a stand-in for ECS that checks each request's shape."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

from airflow_ecs.runtime import migration_lambda
from airflow_ecs.runtime.migration_lambda import Migration, MigrationError

SESSION = botocore.session.get_session()

DEFINITION = "arn:aws:ecs:eu-west-1:1:task-definition/airflow-dev-migration:7"
OLDER = "arn:aws:ecs:eu-west-1:1:task-definition/airflow-dev-migration:6"

EVENT = {
    "cluster": "arn:aws:ecs:eu-west-1:1:cluster/airflow-dev",
    "task_definition": DEFINITION,
    "container": "migration",
    "network": {
        "subnets": ["subnet-1"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": "DISABLED",
    },
    "capacity_providers": [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}],
    "started_by": "airflow-dev-migration",
    "log_group": "/ecs/airflow-dev/migration",
    "log_stream_prefix": "ecs",
    "tags": {"team": "data"},
}

WELL: dict[str, Any] = {"exitCode": 0}
ROLE_UNKNOWN = "ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided"


class Clock:
    """Lambda's remaining time, which only sleeping takes from."""

    def __init__(self, milliseconds: int = 900_000) -> None:
        self.left = milliseconds

    def remaining(self) -> int:
        return self.left

    def sleep(self, seconds: float) -> None:
        self.left -= int(seconds * 1000)


class Ecs:
    """Starts tasks that end as a test says: a container's end, after so many looks at it."""

    def __init__(self) -> None:
        self.ends: list[dict[str, Any]] = []
        self.looks = 2
        self.refusals: list[ClientError | dict[str, Any]] = []
        self.tasks: dict[str, dict[str, Any]] = {}
        self.requests: list[dict[str, Any]] = []
        self.lost: set[str] = set()

    def under_way(self, definition: str, end: dict[str, Any]) -> str:
        task = f"arn:aws:ecs:eu-west-1:1:task/airflow-dev/task{len(self.tasks)}"
        stopped_reason = end.get("stoppedReason", "Essential container in task exited")
        container = {key: value for key, value in end.items() if key != "stoppedReason"}
        self.tasks[task] = {
            "looks": self.looks,
            "taskArn": task,
            "taskDefinitionArn": definition,
            "stoppedReason": stopped_reason,
            "containers": [{"name": "sidecar", "exitCode": 9}, {"name": "migration", **container}],
        }
        return task

    def list_tasks(self, **request: Any) -> dict[str, Any]:
        _check("ListTasks", request)
        return {"taskArns": [arn for arn, task in self.tasks.items() if task["looks"] > 0]}

    def run_task(self, **request: Any) -> dict[str, Any]:
        _check("RunTask", request)
        self.requests.append(request)
        if self.refusals:
            refusal = self.refusals.pop(0)
            if isinstance(refusal, ClientError):
                raise refusal
            return {"tasks": [], "failures": [refusal]}
        task = self.under_way(request["taskDefinition"], self.ends.pop(0))
        return {"tasks": [{"taskArn": task}], "failures": []}

    def describe_tasks(self, **request: Any) -> dict[str, Any]:
        _check("DescribeTasks", request)
        [arn] = request["tasks"]
        if arn in self.lost:
            self.lost.remove(arn)
            return {"tasks": [], "failures": [{"arn": arn, "reason": "MISSING"}]}
        task = self.tasks[arn]
        task["looks"] -= 1
        return {"tasks": [{**task, "lastStatus": "RUNNING" if task["looks"] > 0 else "STOPPED"}]}


class Logs:
    """One log stream, or none."""

    def __init__(self, **streams: list[str]) -> None:
        self.streams = streams

    def get_log_events(self, **request: Any) -> dict[str, Any]:
        _check("GetLogEvents", request, service="logs")
        stream = request["logStreamName"].rpartition("/")
        if stream[2] not in self.streams:
            raise refused("ResourceNotFoundException", "no such stream", "GetLogEvents")
        return {"events": [{"message": line} for line in self.streams[stream[2]]]}


def _check(operation: str, request: dict[str, Any], service: str = "ecs") -> None:
    shape = SESSION.get_service_model(service).operation_model(operation).input_shape
    assert shape is not None
    validate_parameters(request, shape)


def refused(code: str, message: str, operation: str = "RunTask") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.fixture
def ecs() -> Ecs:
    return Ecs()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run(ecs: Ecs, clock: Clock) -> Callable[..., str]:
    def run(logs: Logs | None = None) -> str:
        return Migration(
            EVENT,
            ecs=ecs,
            logs=logs or Logs(),
            request="request",
            remaining=clock.remaining,
            sleep=clock.sleep,
        ).run()

    return run


def test_it_runs_the_task_as_the_event_says_and_waits_for_its_end(ecs: Ecs, run: Any) -> None:
    ecs.ends = [WELL]
    assert run() == "arn:aws:ecs:eu-west-1:1:task/airflow-dev/task0"
    [request] = ecs.requests
    assert request == {
        "cluster": EVENT["cluster"],
        "taskDefinition": DEFINITION,
        "networkConfiguration": {"awsvpcConfiguration": EVENT["network"]},
        "capacityProviderStrategy": EVENT["capacity_providers"],
        "startedBy": "airflow-dev-migration",
        "clientToken": "request-0",
        "tags": [{"key": "team", "value": "data"}],
    }


def test_a_task_that_ends_before_the_first_look_is_well(ecs: Ecs, clock: Clock, run: Any) -> None:
    ecs.ends, ecs.looks = [WELL], 1
    run()
    assert clock.left == 900_000


def test_a_task_that_ecs_does_not_know_yet_is_waited_for(ecs: Ecs, run: Any) -> None:
    ecs.ends, ecs.lost = [WELL], {"arn:aws:ecs:eu-west-1:1:task/airflow-dev/task0"}
    assert run().endswith("task0")


def test_a_run_that_is_under_way_is_waited_for_and_not_repeated(ecs: Ecs, run: Any) -> None:
    task = ecs.under_way(DEFINITION, WELL)
    assert run() == task
    assert ecs.requests == []


def test_a_run_under_way_that_fails_is_a_failure(ecs: Ecs, run: Any) -> None:
    ecs.under_way(DEFINITION, {"exitCode": 1})
    with pytest.raises(MigrationError, match="ended with code 1"):
        run()


@pytest.mark.parametrize("end", [WELL, {"exitCode": 1}])
def test_an_older_image_that_is_migrating_ends_before_the_new_one_starts(
    ecs: Ecs, run: Any, end: dict[str, Any]
) -> None:
    older = ecs.under_way(OLDER, end)
    ecs.ends = [WELL]
    assert run().endswith("task1")
    assert ecs.tasks[older]["looks"] == 0


def test_a_failure_tells_the_exit_code_the_reason_and_the_end_of_the_log(
    ecs: Ecs, run: Any
) -> None:
    ecs.ends = [{"exitCode": 3}]
    with pytest.raises(MigrationError) as error:
        run(Logs(task0=["Traceback", "the database is too old"]))
    assert str(error.value) == (
        "The migration failed: its container ended with code 3, and no service was changed. "
        "Essential container in task exited. "
        "The end of its log (/ecs/airflow-dev/migration, ecs/migration/task0):\n"
        "Traceback\nthe database is too old"
    )


def test_a_container_that_never_started_tells_why(ecs: Ecs, run: Any) -> None:
    ecs.ends = [{"stoppedReason": "Task failed to start", "reason": "CannotPullContainerError"}]
    with pytest.raises(MigrationError) as error:
        run()
    assert "never started" in str(error.value)
    assert "Task failed to start. CannotPullContainerError." in str(error.value)
    assert "has written no log" in str(error.value)
    assert len(ecs.requests) == 1


def test_a_log_that_may_not_be_read_does_not_hide_the_failure(ecs: Ecs, run: Any) -> None:
    class Forbidden(Logs):
        def get_log_events(self, **_: Any) -> dict[str, Any]:
            raise refused("AccessDeniedException", "not authorized", "GetLogEvents")

    ecs.ends = [{"exitCode": 3}]
    with pytest.raises(MigrationError, match=r"code 3.*log could not be read.*not authorized"):
        run(Forbidden())


@pytest.mark.parametrize(
    "refusal",
    [
        refused("ClientException", ROLE_UNKNOWN),
        refused("InvalidParameterException", ROLE_UNKNOWN),
        refused("ThrottlingException", "Rate exceeded"),
        refused("ServerException", "Service Unavailable"),
        {"reason": "Capacity is unavailable at this time. Please try again later"},
    ],
)
def test_what_passes_by_itself_is_tried_again(
    ecs: Ecs, clock: Clock, run: Any, refusal: ClientError | dict[str, Any]
) -> None:
    ecs.refusals, ecs.ends = [refusal, refusal], [WELL]
    assert run().endswith("task0")
    assert len(ecs.requests) == 3
    assert clock.left < 900_000


def test_a_request_whose_answer_got_lost_starts_no_second_task(ecs: Ecs, run: Any) -> None:
    ecs.refusals = [
        refused("ServerException", "Service Unavailable"),
        {"reason": "Capacity is unavailable"},
    ]
    ecs.ends = [WELL]
    run()
    lost, answered, started = (request["clientToken"] for request in ecs.requests)
    assert lost == answered
    assert started != answered


def test_a_policy_that_is_not_known_yet_starts_the_task_again(ecs: Ecs, run: Any) -> None:
    reason = "ResourceInitializationError: unable to pull secrets: AccessDeniedException"
    ecs.ends = [{"stoppedReason": reason}, WELL]
    assert run().endswith("task1")


def test_patience_ends_after_three_minutes(ecs: Ecs, clock: Clock, run: Any) -> None:
    ecs.refusals = [refused("ClientException", ROLE_UNKNOWN)] * 1000
    with pytest.raises(MigrationError, match=r"could not start: .* unable to assume the role"):
        run()
    assert 640_000 < clock.left <= 720_000


@pytest.mark.parametrize(
    "refusal",
    [
        refused("ClusterNotFoundException", "Cluster not found."),
        {"arn": "x", "reason": "MISSING", "detail": "no such thing"},
    ],
)
def test_what_does_not_pass_is_an_error_at_once(
    ecs: Ecs, clock: Clock, run: Any, refusal: ClientError | dict[str, Any]
) -> None:
    ecs.refusals = [refusal]
    with pytest.raises(MigrationError, match=r"could not start: .*(not found|no such thing)"):
        run()
    assert clock.left == 900_000


def test_a_migration_that_outlives_the_function_goes_on_and_says_what_to_do(
    ecs: Ecs, clock: Clock, run: Any
) -> None:
    ecs.ends, ecs.looks = [WELL], 10_000
    with pytest.raises(MigrationError, match=r"still running, as task task0.*pulumi up` again"):
        run()
    assert 50_000 < clock.left < 60_000


def test_the_handler_takes_its_clients_and_its_time_from_lambda(
    ecs: Ecs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecs.ends, ecs.looks = [WELL], 1
    clients = {"ecs": ecs, "logs": Logs()}
    monkeypatch.setattr(boto3, "client", clients.__getitem__)
    context = SimpleNamespace(
        aws_request_id="request", get_remaining_time_in_millis=lambda: 900_000
    )
    assert migration_lambda.handler(EVENT, context) == {
        "task": "arn:aws:ecs:eu-west-1:1:task/airflow-dev/task0"
    }
