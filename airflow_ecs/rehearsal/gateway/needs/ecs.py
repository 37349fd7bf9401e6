"""ECS: tasks, their definitions, and the roles that are handed to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from airflow_ecs.rehearsal.gateway.iam import Question
    from airflow_ecs.rehearsal.gateway.needs.asking import Asking

_ROLES = ("taskRoleArn", "executionRoleArn")


def _run(asking: Asking) -> Iterator[Question]:
    definition = _definition(asking)
    yield asking.about(definition["taskDefinitionArn"], context=_on_cluster(asking))
    overrides = asking.given("overrides", {})
    yield from _passed(asking, [overrides.get(role) or definition.get(role) for role in _ROLES])
    yield from _tagging(asking, asking.arn("ecs", f"task/{_cluster_name(asking)}/*"))


def _register(asking: Asking) -> Iterator[Question]:
    # Source: the ARN in the refusals that AWS gives.
    arn = asking.arn("ecs", f"task-definition/{asking.given('family')}:*")
    yield asking.about(arn)
    yield from _passed(asking, [asking.given(role) for role in _ROLES])
    yield from _tagging(asking, arn)


def _tasks(asking: Asking) -> Iterator[Question]:
    for task in asking.given("tasks") or [asking.given("task")]:
        name = f"task/{_cluster_name(asking)}/{task}"
        arn = task if task.startswith("arn:") else asking.arn("ecs", name)
        yield asking.about(arn, context=_on_cluster(asking))


def _list_tasks(asking: Asking) -> Iterator[Question]:
    # The one resource it knows is a container instance, which Fargate has none of.
    yield asking.about("*", context=_on_cluster(asking))


def _clusters(asking: Asking) -> Iterator[Question]:
    for cluster in asking.given("clusters") or ["default"]:
        yield asking.about(_cluster(asking, cluster))


def _named(asking: Asking) -> Iterator[Question]:
    yield asking.about(asking.given("resourceArn"))


def _without_resource(asking: Asking) -> Iterator[Question]:
    yield asking.about("*")


def _passed(asking: Asking, roles: Iterable[str | None]) -> Iterator[Question]:
    """Whoever gives a role to a task must be allowed to hand it over."""
    for role in filter(None, roles):
        yield asking.about(
            role if role.startswith("arn:") else _role_arn(asking, role),
            action="iam:PassRole",
            context={"iam:PassedToService": ["ecs-tasks.amazonaws.com"]},
        )


def _role_arn(asking: Asking, name: str) -> str:
    return f"{asking.role_arn.partition(':role/')[0]}:role/{name}"


def _tagging(asking: Asking, arn: str) -> Iterator[Question]:
    """Tags on what is created are a permission of their own."""
    tags = asking.given("tags", [])
    if tags:
        context: dict[str, Sequence[str]] = {
            "ecs:CreateAction": [asking.call.operation],
            "aws:TagKeys": [tag["key"] for tag in tags],
            **{f"aws:RequestTag/{tag['key']}": [tag.get("value", "")] for tag in tags},
        }
        yield asking.about(arn, action="ecs:TagResource", context=context)


def _definition(asking: Asking) -> Mapping[str, Any]:
    """The definition that is meant: a family stands for its latest revision."""
    given = asking.given("taskDefinition")
    try:
        described = asking.client("ecs").describe_task_definition(taskDefinition=given)
    except ClientError:
        # ECS will say so, to whoever may run it.
        arn = given if given.startswith("arn:") else asking.arn("ecs", f"task-definition/{given}")
        return {"taskDefinitionArn": arn}
    definition: Mapping[str, Any] = described["taskDefinition"]
    return definition


def _on_cluster(asking: Asking) -> dict[str, Sequence[str]]:
    return {"ecs:cluster": [_cluster(asking, asking.given("cluster") or "default")]}


def _cluster(asking: Asking, given: str) -> str:
    return given if given.startswith("arn:") else asking.arn("ecs", f"cluster/{given}")


def _cluster_name(asking: Asking) -> str:
    return (asking.given("cluster") or "default").rpartition("/")[2]


# Source: Service Authorization Reference, Amazon Elastic Container Service.
NEEDS: dict[str, Callable[[Asking], Iterable[Question]]] = {
    "DeregisterTaskDefinition": _without_resource,
    "DescribeClusters": _clusters,
    "DescribeTaskDefinition": _without_resource,
    "DescribeTasks": _tasks,
    "GetTaskProtection": _tasks,
    "ListTagsForResource": _named,
    "ListTaskDefinitionFamilies": _without_resource,
    "ListTaskDefinitions": _without_resource,
    "ListTasks": _list_tasks,
    "RegisterTaskDefinition": _register,
    "RunTask": _run,
    "StopTask": _tasks,
    "TagResource": _named,
    "UntagResource": _named,
    "UpdateTaskProtection": _tasks,
}
