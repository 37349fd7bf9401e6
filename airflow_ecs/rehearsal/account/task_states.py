"""The states of tasks as an agent tells them, through ECS's own agent API.

Where an agent serves, a task begins as PROVISIONING and stays there until
`SubmitTaskStateChange` or `SubmitContainerStateChange` says otherwise.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend, Task, ecs_backends
from moto.ecs.responses import EC2ContainerServiceResponse

from airflow_ecs.rehearsal.account import agent_channel
from airflow_ecs.rehearsal.account.region import ACCOUNT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from airflow_ecs.rehearsal.account.agent_channel import Application

SCHEDULER_REASONS = ("Scaling activity initiated by", "Task failed container health checks")
"""How the reasons begin with which ECS's service scheduler stops a task."""

# ECS forgets a task an hour after its end.
_REMEMBERED = timedelta(hours=1)

_ORDER = (
    "PROVISIONING",
    "PENDING",
    "ACTIVATING",
    "RUNNING",
    "DEACTIVATING",
    "STOPPING",
    "DEPROVISIONING",
    "STOPPED",
)


def hold(application: Application) -> Application:
    """Leave the states of tasks to an agent, in this process from now on.

    Returns the account with the agent's own routes in front of it.
    """
    changes = agent_channel.Changes()
    _hold_tasks()
    _take_state_changes()
    _stop_by_agent()
    _list_as_ecs_does()
    for name in ("create_service", "update_service", "delete_service", "run_task", "stop_task"):
        _tell_of(name, changes)
    return agent_channel.routes(application, changes, _tell_health)


class _Container:
    """A container as its agent describes it; the names are those of `describe_tasks`."""

    def __init__(self, task: Task, definition: dict[str, Any], number: int) -> None:
        self.container_arn = f"{task.task_arn}/{number}"
        self.task_arn = task.task_arn
        self.name = definition["name"]
        self.image = definition["image"]
        self.essential = definition.get("essential", True)
        self.checked = "healthCheck" in definition
        self.last_status = "PENDING"
        self.health_status = "UNKNOWN"
        self.exit_code: int | None = None
        self.reason: str | None = None
        self.runtime_id: str | None = None
        self.network_interfaces: list[dict[str, str]] = []

    def change(self, told: dict[str, Any]) -> None:
        if _is_later(told.get("status"), self.last_status):
            self.last_status = told["status"]
        self.exit_code = told.get("exitCode", self.exit_code)
        self.reason = told.get("reason", self.reason)
        self.runtime_id = told.get("runtimeId", self.runtime_id)
        # An awsvpc container is bound to the one address of its task.
        for binding in told.get("networkBindings", ()):
            self.network_interfaces = [{"privateIpv4Address": binding["bindIP"]}]


def _is_later(status: str | None, than: str) -> bool:
    return status in _ORDER and _ORDER.index(status) > _ORDER.index(than)


def _hold_tasks() -> None:
    begin = Task.__init__

    def begin_task(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self._transitions = []
        self.last_status = _ORDER[0]
        definition = kwargs["task_definition"]
        self.containers = [
            _Container(self, one, number)
            for number, one in enumerate(definition.container_definitions)
        ]
        self.created_at = datetime.now(UTC)
        self.cpu, self.memory = definition.cpu, definition.memory
        self.connectivity = "CONNECTED"

    def health(self: Any) -> str:
        found = {one.health_status for one in self.containers if one.essential and one.checked}
        if "UNHEALTHY" in found:
            return "UNHEALTHY"
        return "HEALTHY" if found == {"HEALTHY"} else "UNKNOWN"

    _replace(Task, "__init__", begin_task)
    _replace(Task, "health_status", property(health))


def _take_state_changes() -> None:
    def submit_task_state_change(self: EC2ContainerServiceResponse) -> ActionResult:
        task = _task(self.ecs_backend, self._get_param("task"))
        for told in self._get_param("containers") or ():
            _container(task, told["containerName"]).change(told)
            _make_public(task, told)
        _change(task, self._get_param("status"), self._get_param("reason"))
        _count(self.ecs_backend)
        return ActionResult({"acknowledgment": task.last_status})

    def submit_container_state_change(self: EC2ContainerServiceResponse) -> ActionResult:
        task = _task(self.ecs_backend, self._get_param("task"))
        members = ("status", "exitCode", "reason", "runtimeId", "networkBindings")
        told = {name: self._get_param(name) for name in members}
        _container(task, self._get_param("containerName")).change(
            {name: value for name, value in told.items() if value is not None}
        )
        return ActionResult({"acknowledgment": task.last_status})

    for function in (submit_task_state_change, submit_container_state_change):
        _replace(EC2ContainerServiceResponse, function.__name__, function)


def _change(task: Any, status: str, reason: str | None) -> None:
    if not _is_later(status, task.last_status):
        return
    now = datetime.now(UTC)
    if status == "RUNNING":
        task.started_at = now
    if status == "STOPPED":
        task.stopped_at = task.execution_stopped_at = now
        if task.desired_status != "STOPPED":
            task.desired_status = "STOPPED"
            task.stopped_reason = reason or ""
            started = hasattr(task, "started_at")
            task.stop_code = "EssentialContainerExited" if started else "TaskFailedToStart"
        for attachment in task.attachments:
            attachment["status"] = "DELETED"
    task.last_status = status


def _make_public(task: Any, told: dict[str, Any]) -> None:
    """Give a public task's network interface the address that it has on this machine."""
    network = task.network_configuration["awsvpcConfiguration"]
    if network.get("assignPublicIp") != "ENABLED":
        return
    details = {one["name"]: one["value"] for one in task.attachments[0]["details"]}
    interfaces = ec2_backends[ACCOUNT_ID][task.region_name]
    interface = interfaces.get_network_interface(details["networkInterfaceId"])
    for binding in told.get("networkBindings", ()):
        interface.public_ip = binding["bindIP"]


def _stop_by_agent() -> None:
    def stop_task(self: Any, cluster_str: str, task_str: str, reason: str | None) -> Any:
        task = _task(self, task_str)
        if task.desired_status != "STOPPED":
            task.desired_status = "STOPPED"
            task.stopping_at = datetime.now(UTC)
            task.stopped_reason = reason or "Task stopped by user"
            by_scheduler = task.stopped_reason.startswith(SCHEDULER_REASONS)
            task.stop_code = "ServiceSchedulerInitiated" if by_scheduler else "UserInitiated"
        return task

    _replace(EC2ContainerServiceBackend, "stop_task", stop_task)


def _list_as_ecs_does() -> None:
    everything = EC2ContainerServiceBackend.list_tasks

    def list_tasks(
        self: EC2ContainerServiceBackend,
        cluster_str: str | None = None,
        container_instance: str | None = None,
        family: str | None = None,
        started_by: str | None = None,
        service_name: str | None = None,
        desiredStatus: str | None = None,  # noqa: N803 - the name that moto gives it
    ) -> list[Task]:
        # What is not asked for otherwise is what shall run.
        found = everything(
            self, cluster_str, container_instance, family, started_by, None,
            desiredStatus or "RUNNING",
        )  # fmt: skip
        if service_name is None:
            return found
        group = f"service:{service_name.split('/')[-1]}"
        return [task for task in found if task.group == group]

    _replace(EC2ContainerServiceBackend, "list_tasks", list_tasks)


def _tell_of(name: str, changes: agent_channel.Changes) -> None:
    act = getattr(EC2ContainerServiceResponse, name)

    def act_and_tell(self: EC2ContainerServiceResponse) -> ActionResult:
        result: ActionResult = act(self)
        _count(self.ecs_backend)
        changes.add()
        return result

    _replace(EC2ContainerServiceResponse, name, act_and_tell)


def _tell_health(task: str, container: str, health: str) -> None:
    backend = ecs_backends[ACCOUNT_ID][task.split(":")[3]]
    _container(_task(backend, task), container).health_status = health
    _count(backend)


def _count(backend: Any) -> None:
    """Let services say what runs of them, and forget what ended long ago."""
    long_ago = datetime.now(UTC) - _REMEMBERED
    for cluster, tasks in backend.tasks.items():
        for arn in [arn for arn, one in tasks.items() if _ended_before(one, long_ago)]:
            del tasks[arn]
        live = [one for one in tasks.values() if one.last_status != "STOPPED"]
        running = sum(one.last_status == "RUNNING" for one in live)
        backend.clusters[cluster].running_tasks_count = running
        backend.clusters[cluster].pending_tasks_count = len(live) - running
    for service in backend.services.values():
        _count_service(service, backend.tasks.get(service.cluster_name, {}).values())


def _ended_before(task: Any, when: datetime) -> bool:
    return hasattr(task, "stopped_at") and task.stopped_at < when


def _count_service(service: Any, tasks: Iterable[Any]) -> None:
    own = [one for one in tasks if one.group == f"service:{service.name}"]
    live = [one for one in own if one.last_status != "STOPPED"]
    current = [one for one in live if one.task_definition_arn == service.task_definition]
    running = [one for one in live if one.last_status == "RUNNING"]
    service.running_count, service.pending_count = len(running), len(live) - len(running)
    for deployment in service.deployments:
        steady = [one for one in current if one.last_status == "RUNNING" and _is_well(one)]
        done = len(steady) >= service.desired_count
        deployment |= {
            "taskDefinition": service.task_definition,
            "desiredCount": service.desired_count,
            "runningCount": service.running_count,
            "pendingCount": service.pending_count,
            "failedTasks": sum(_has_failed(one) for one in own),
            "rolloutState": "COMPLETED" if done else "IN_PROGRESS",
            "rolloutStateReason": f"ECS deployment {deployment['id']} "
            + ("completed." if done else "in progress."),
        }


def _is_well(task: Any) -> bool:
    checked = any(one.essential and one.checked for one in task.containers)
    return not checked or task.health_status == "HEALTHY"


def _has_failed(task: Any) -> bool:
    return getattr(task, "stop_code", None) in ("EssentialContainerExited", "TaskFailedToStart")


def _task(backend: Any, name: str) -> Any:
    for tasks in backend.tasks.values():
        for arn, task in tasks.items():
            if name in (arn, arn.rsplit("/", 1)[-1]):
                return task
    raise InvalidParameterException("The referenced task was not found.")


def _container(task: Any, name: str) -> _Container:
    for container in task.containers:
        if container.name == name:
            found: _Container = container
            return found
    raise InvalidParameterException(f"The task has no container {name}.")


def _replace(owner: type, name: str, function: Any) -> None:
    setattr(owner, name, function)
