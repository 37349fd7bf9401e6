"""ECS, Parameter Store and CloudWatch as far as remote tasks ask them, with what they are told."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError, WaiterError


def refusal(code: str, message: str = "", status: int = 400) -> ClientError:
    """What boto3 raises."""
    return ClientError(_answer(code, message, status), "Operation")


def cut_wait(code: str, status: int = 400) -> WaiterError:
    """What a waiter of boto3 makes of the same."""
    return WaiterError("TasksStopped", "An error occurred", _answer(code, "", status))


def _answer(code: str, message: str, status: int) -> dict[str, Any]:
    return {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }


class Ecs:
    """Has the revisions that were registered, and runs tasks that end as `task` says."""

    def __init__(self) -> None:
        self.revisions: list[dict[str, Any]] = []
        self.runs: list[dict[str, Any]] = []
        self.stopped: list[str] = []
        self.described = 0
        self.running: dict[str, str] = {}
        self.unheard: list[Exception] = []
        self.failing: list[Any] = []
        self.task: dict[str, Any] = {}
        # What it makes of a definition besides.
        self.changing: dict[str, Any] = {}

    def describe_task_definition(self, *, taskDefinition: str, include: list[str]) -> Any:  # noqa: N803
        assert include == ["TAGS"]
        self.described += 1
        found = [one for one in self.revisions if one["family"] == taskDefinition]
        if not found:
            raise refusal("ClientException", "Unable to describe task definition.")
        definition = {name: value for name, value in found[-1].items() if name != "tags"}
        return {"taskDefinition": definition, "tags": found[-1]["tags"]}

    def register_task_definition(self, **request: Any) -> Any:
        if self.failing:
            raise self.failing.pop(0)
        arn = f"{request['family']}:{len(self.revisions) + 1}"
        self.revisions.append({**request, **self.changing, "taskDefinitionArn": arn})
        return {"taskDefinition": self.revisions[-1], "tags": request["tags"]}

    def run_task(self, **request: Any) -> Any:
        self.runs.append(request)
        failed = self.failing.pop(0) if self.failing else None
        if isinstance(failed, Exception):
            raise failed
        if failed is not None:
            return {"failures": [{"reason": failed}], "tasks": []}
        return {"failures": [], "tasks": [{"taskArn": "arn:task/1"}]}

    def list_tasks(self, *, startedBy: str, **_: Any) -> Any:  # noqa: N803
        return {"taskArns": [arn for arn, by in self.running.items() if by == startedBy]}

    def describe_tasks(self, **_: Any) -> Any:
        if self.unheard:
            raise self.unheard.pop(0)
        return {"tasks": [self.task] if self.task else [], "failures": []}

    def stop_task(self, *, task: str, **_: Any) -> Any:
        self.stopped.append(task)
        return {}

    def get_waiter(self, _: str) -> Ecs:
        return self

    def wait(self, **_: Any) -> None:
        """The end is there at once."""
        if self.unheard:
            raise self.unheard.pop(0)


class Ssm:
    """Parameters and their versions; `between` comes before each write, as another's may."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[str, int]] = {}
        self.between: list[Any] = []
        self.failing: list[Exception | None] = []

    def _fail(self) -> None:
        if self.failing and (failure := self.failing.pop(0)):
            raise failure

    def get_parameter(self, *, Name: str) -> Any:  # noqa: N803
        self._fail()
        if Name not in self.values:
            raise refusal("ParameterNotFound")
        value, version = self.values[Name]
        return {"Parameter": {"Value": value, "Version": version}}

    def put_parameter(self, *, Name: str, Value: str, Type: str, Overwrite: bool) -> Any:  # noqa: N803
        self._fail()
        if self.between:
            self.between.pop(0)()
        if Name in self.values and not Overwrite:
            raise refusal("ParameterAlreadyExists")
        version = self.values.get(Name, ("", 0))[1] + 1
        self.values[Name] = (Value, version)
        return {"Version": version}
