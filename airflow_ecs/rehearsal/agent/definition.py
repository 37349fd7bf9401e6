"""A task as it is to be run: its definition, with the overrides of its run applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What is not rehearsed: a container that asks for it would run without it.
_BEYOND = ("dependsOn", "volumesFrom", "firelensConfiguration", "environmentFiles")

# Seconds that ECS gives a container between SIGTERM and SIGKILL unless told otherwise.
_STOP_TIMEOUT = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthCheck:
    """A container's check; times in seconds, with ECS's defaults."""

    command: tuple[str, ...]
    interval: float = 30
    timeout: float = 5
    retries: int = 3
    start_period: float = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Mount:
    """A file system of EFS in a container's `folder`; `root` counts without an access point."""

    folder: str
    file_system: str
    access_point: str | None
    root: str
    read_only: bool
    by_role: bool
    by_tls: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """One container. `secrets` maps variables to what holds their values.

    `beyond` names what it asks for and a rehearsal can't give.
    """

    name: str
    image: str
    essential: bool
    entry_point: tuple[str, ...]
    command: tuple[str, ...]
    environment: Mapping[str, str]
    secrets: Mapping[str, str]
    ports: tuple[int, ...]
    stop_timeout: float
    working_directory: str | None
    log_options: Mapping[str, str] | None
    health_check: HealthCheck | None
    mounts: tuple[Mount, ...]
    beyond: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One task; `cpu` in units of 1/1024, `memory` in MiB, as in its definition.

    `service` is None for one that no service has started, and `deployment` then says nothing.
    """

    arn: str
    cluster: str
    service: str | None
    deployment: str | None
    definition: str
    family: str
    revision: int
    task_role: str | None
    execution_role: str | None
    cpu: int
    memory: int
    containers: tuple[Container, ...]

    @property
    def id(self) -> str:
        """The last part of the ARN."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def label(self) -> str:
        """What people call it: its service, or its family."""
        return self.service or self.family


def task(described: Mapping[str, Any], definition: Mapping[str, Any]) -> Task:
    """A task from what `describe_tasks` and `describe_task_definition` answer."""
    overrides = described.get("overrides") or {}
    by_name = {one["name"]: one for one in overrides.get("containerOverrides", ())}
    kind, _, name = described.get("group", "").partition(":")
    return Task(
        arn=described["taskArn"],
        cluster=described["clusterArn"],
        service=name if kind == "service" else None,
        deployment=described.get("startedBy"),
        definition=definition["taskDefinitionArn"],
        family=definition["family"],
        revision=definition["revision"],
        task_role=overrides.get("taskRoleArn") or definition.get("taskRoleArn"),
        execution_role=overrides.get("executionRoleArn") or definition.get("executionRoleArn"),
        cpu=_size(overrides.get("cpu") or definition.get("cpu", "0")),
        memory=_size(overrides.get("memory") or definition.get("memory", "0")),
        containers=tuple(
            _container(one, by_name.get(one["name"], {}), definition.get("volumes", ()))
            for one in definition["containerDefinitions"]
        ),
    )


def _size(given: str) -> int:
    """A size in the units of definitions, of which `1 vCPU` and `1 GB` are 1024."""
    number = given.rstrip("vVcCpPuUgGbB ")
    return round(float(number) * (1 if number == given else 1024))


def _container(
    given: Mapping[str, Any], override: Mapping[str, Any], volumes: Sequence[Mapping[str, Any]]
) -> Container:
    logging = given.get("logConfiguration") or {}
    efs = {
        one["name"]: one["efsVolumeConfiguration"]
        for one in volumes
        if one.get("efsVolumeConfiguration")
    }
    points = given.get("mountPoints", ())
    other = [point["sourceVolume"] for point in points if point["sourceVolume"] not in efs]
    return Container(
        name=given["name"],
        image=given["image"],
        essential=given.get("essential", True),
        entry_point=tuple(given.get("entryPoint", ())),
        command=tuple(override.get("command") or given.get("command", ())),
        environment=_pairs(given.get("environment", ())) | _pairs(override.get("environment", ())),
        secrets={one["name"]: one["valueFrom"] for one in given.get("secrets", ())},
        ports=tuple(one["containerPort"] for one in given.get("portMappings", ())),
        stop_timeout=float(given.get("stopTimeout", _STOP_TIMEOUT)),
        working_directory=given.get("workingDirectory"),
        log_options=logging.get("options") if logging.get("logDriver") == "awslogs" else None,
        health_check=_health_check(given.get("healthCheck")),
        mounts=tuple(_mount(point, efs[point["sourceVolume"]]) for point in points if not other),
        beyond=(
            *(name for name in _BEYOND if given.get(name)),
            *(f"the volume {name}, which is not one of EFS" for name in other),
        ),
    )


def _mount(point: Mapping[str, Any], volume: Mapping[str, Any]) -> Mount:
    authorization = volume.get("authorizationConfig") or {}
    return Mount(
        folder=point["containerPath"],
        file_system=volume["fileSystemId"],
        access_point=authorization.get("accessPointId"),
        root=volume.get("rootDirectory", "/"),
        read_only=point.get("readOnly", False),
        by_role=authorization.get("iam") == "ENABLED",
        by_tls=volume.get("transitEncryption") == "ENABLED",
    )


def _pairs(listed: Any) -> dict[str, str]:
    return {one["name"]: one["value"] for one in listed}


def _health_check(given: Mapping[str, Any] | None) -> HealthCheck | None:
    if not given or given["command"] == ["NONE"]:
        return None
    names = {
        "interval": "interval",
        "timeout": "timeout",
        "retries": "retries",
        "startPeriod": "start_period",
    }
    times = {ours: given[theirs] for theirs, ours in names.items() if given.get(theirs) is not None}
    return HealthCheck(command=tuple(given["command"]), **times)
