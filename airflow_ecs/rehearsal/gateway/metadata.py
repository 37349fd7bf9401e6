"""The task metadata endpoint, version 4: what a container can read about itself and its task.

Source: Amazon ECS developer guide, "Task metadata version 4 response" for Fargate.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATH = "/v4/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """A container of a task, as its definition has it. Sizes as there: CPU units and MiB."""

    name: str
    image: str
    image_digest: str = ""
    log_driver: str = "awslogs"
    log_options: Mapping[str, str] = field(default_factory=dict)
    cpu: int = 0
    memory: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A task that runs on this machine, at `address`. `cpu` in units of 1/1024, `memory` in MiB."""

    arn: str
    cluster_arn: str
    family: str
    revision: int
    address: str
    role_arn: str | None
    containers: tuple[Container, ...]
    cpu: int
    memory: int
    availability_zone: str = ""
    service_name: str = ""
    launch_type: str = "FARGATE"
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rpartition("/")[2]


class Metadata:
    """Answers for the tasks that were admitted; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[str, Task] = {}

    def admit(self, task: Task, container: str) -> str:
        """The path at which a container finds what is known of it."""
        with self._lock:
            self._tasks[task.id] = task
        return f"{_PATH}{_docker_id(task, container)}"

    def dismiss(self, task_id: str) -> None:
        """Answer a task no more."""
        with self._lock:
            self._tasks.pop(task_id, None)

    def answer(self, path: str) -> tuple[int, str] | None:
        """The response to a GET: status and JSON; nothing when the path is not one of ours."""
        if not path.startswith(_PATH):
            return None
        docker_id, _, what = path.removeprefix(_PATH).rstrip("/").partition("/")
        task = self._tasks.get(docker_id.partition("-")[0])
        named = (
            [one for one in task.containers if _docker_id(task, one.name) == docker_id]
            if (task)
            else []
        )
        if task is None or not named:
            return 404, json.dumps("no task of this rehearsal has this container")
        if what == "":
            return 200, json.dumps(_container(task, named[0]))
        if what in ("task", "taskWithTags"):
            return 200, json.dumps(_task(task))
        if what in ("stats", "task/stats"):
            # Nobody counts for processes what Docker counts for containers.
            return 200, json.dumps({})
        return 404, json.dumps(f"{what}: the rehearsal has no such metadata")


def _docker_id(task: Task, container: str) -> str:
    # On Fargate it is the task's id, and ten digits that tell the containers apart.
    number = [one.name for one in task.containers].index(container)
    return f"{task.id}-{number:010d}"


def _task(task: Task) -> dict[str, Any]:
    return {
        "Cluster": task.cluster_arn,
        "TaskARN": task.arn,
        "Family": task.family,
        "Revision": str(task.revision),
        "DesiredStatus": "RUNNING",
        "KnownStatus": "RUNNING",
        # Fargate counts whole processors here.
        "Limits": {"CPU": task.cpu / 1024, "Memory": task.memory},
        "PullStartedAt": _time(task.started),
        "PullStoppedAt": _time(task.started),
        "AvailabilityZone": task.availability_zone,
        "LaunchType": task.launch_type,
        "Containers": [_container(task, one) for one in task.containers],
    } | ({"ServiceName": task.service_name} if task.service_name else {})


def _container(task: Task, container: Container) -> dict[str, Any]:
    docker_id = _docker_id(task, container.name)
    limits = {"CPU": container.cpu} | ({"Memory": container.memory} if container.memory else {})
    return {
        "DockerId": docker_id,
        "Name": container.name,
        "DockerName": container.name,
        "Image": container.image,
        "ImageID": container.image_digest,
        "Labels": {
            "com.amazonaws.ecs.cluster": task.cluster_arn,
            "com.amazonaws.ecs.container-name": container.name,
            "com.amazonaws.ecs.task-arn": task.arn,
            "com.amazonaws.ecs.task-definition-family": task.family,
            "com.amazonaws.ecs.task-definition-version": str(task.revision),
        },
        "DesiredStatus": "RUNNING",
        "KnownStatus": "RUNNING",
        "Limits": limits,
        "CreatedAt": _time(task.started),
        "StartedAt": _time(task.started),
        "Type": "NORMAL",
        "LogDriver": container.log_driver,
        "LogOptions": dict(container.log_options),
        "ContainerARN": f"{task.arn.replace(':task/', ':container/')}/{docker_id}",
        "Networks": [{"NetworkMode": "awsvpc", "IPv4Addresses": [task.address]}],
        "Snapshotter": "overlayfs",
    }


def _time(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
