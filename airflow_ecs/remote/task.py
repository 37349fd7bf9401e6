"""A remote task as its DAG states it, and the definition that this comes to at a place."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from airflow_ecs.remote import checks, variable_checks
from airflow_ecs.remote.definition import TaskDefinition
from airflow_ecs.remote.efs_volume import EfsVolume
from airflow_ecs.remote.errors import RemoteTaskError
from airflow_ecs.remote.placement import SECRETS, VALUES, VARIABLE, Placement
from airflow_ecs.remote.sizes import fargate_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.remote.health_check import HealthCheck

# What Fargate gives a container at most between SIGTERM and SIGKILL, in seconds.
_STOP_TIMEOUT = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoteTask:
    """All that a DAG fixes of a remote task; checked when it is made.

    `environment` holds values, `values` and `secrets` hold keys under the parameter path, each
    by the variable that the container finds it in. `cpu` is in CPU units, `memory` in MiB,
    `ephemeral_storage` in GiB. A `capacity_provider` of the user's own runs tasks on EC2, where
    any size goes.
    """

    group: str
    name: str
    image: str
    command: Sequence[str] = ()
    cpu: int = 256
    memory: int | None = None
    health_check: HealthCheck | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    ephemeral_storage: int | None = None
    architecture: str = "X86_64"
    volumes: Sequence[EfsVolume] = ()
    gpus: int = 0
    capacity_provider: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checks.family_part("task_group", self.group)
        checks.family_part("task_name", self.name)
        checks.image(self.image)
        checks.texts("task_start_command", self.command)
        variable_checks.variables(self.environment, self.values, self.secrets)
        checks.choice("architecture", self.architecture, ("X86_64", "ARM64"))
        checks.tags(self.tags)
        checks.capacity(self.capacity_provider, gpus=self.gpus, storage=self.ephemeral_storage)
        listed = isinstance(self.volumes, Sequence)
        if not listed or not all(isinstance(one, EfsVolume) for one in self.volumes):
            raise RemoteTaskError(
                f"volumes is {self.volumes!r}; write a list of "
                "EfsVolume(file_system_id='fs-…', path='/…')."
            )
        self.size()
        # Where no deployment has said what it hands on, the run will see.
        if self.values and os.environ.get(VARIABLE):
            variable_checks.handed_on(self.values, Placement.from_environment().values)

    def size(self) -> tuple[int, int]:
        """CPU units and MiB."""
        if self.capacity_provider is None:
            return fargate_size(self.cpu, self.memory)
        checks.within("task_cpus", self.cpu, 128, 196_608)
        memory = 2 * self.cpu if self.memory is None else self.memory
        checks.within("task_memory", memory, 6, 32 * 1024 * 1024)
        return int(self.cpu), memory

    def family(self, placement: Placement) -> str:
        """The family of its definitions: one for each environment, group and task."""
        # Neither part holds two hyphens, so no two tasks can come to share a family.
        family = f"{placement.family_prefix}{self.group}--{self.name}"
        if len(family) > 255:
            raise RemoteTaskError(
                f"The family {family} has {len(family)} characters, and ECS takes 255; write a "
                "shorter task_group or task_name."
            )
        return family

    def definition(self, placement: Placement, registry: str | None = None) -> TaskDefinition:
        """What to register for it there.

        Args:
            placement: Where it runs.
            registry: Where images that name no registry come from; the placement's by default.

        Raises:
            RemoteTaskError: it names a value that the deployment does not hand on.
        """
        variable_checks.handed_on(self.values, placement.values)
        cpu, memory = self.size()
        mounted = [
            volume.to_request(f"volume-{number}") for number, volume in enumerate(self.volumes)
        ]
        container = {
            "name": self.name,
            "image": self._full_image(registry or placement.registry),
            "command": list(self.command),
            "environment": _pairs(self.environment, "value"),
            "secrets": _pairs(self._parameters(placement), "valueFrom"),
            "mountPoints": [mount for _, mount in mounted],
            "healthCheck": self.health_check.to_request() if self.health_check else None,
            "resourceRequirements": (
                [{"type": "GPU", "value": str(self.gpus)}] if self.gpus else []
            ),
            "stopTimeout": _STOP_TIMEOUT,
            # Reaps what the task's own processes leave behind, and hands signals on.
            "linuxParameters": {"initProcessEnabled": True},
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": placement.log_group,
                    "awslogs-region": placement.region,
                    "awslogs-stream-prefix": placement.log_prefix,
                },
            },
        }
        storage = self.ephemeral_storage
        return TaskDefinition.from_request(
            {
                "family": self.family(placement),
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["EC2" if self.capacity_provider else "FARGATE"],
                "cpu": cpu,
                "memory": memory,
                "executionRoleArn": placement.execution_role,
                "taskRoleArn": placement.task_role,
                "containerDefinitions": [container],
                "volumes": [volume for volume, _ in mounted],
                "ephemeralStorage": {"sizeInGiB": storage} if storage else None,
                "runtimePlatform": {
                    "cpuArchitecture": self.architecture,
                    "operatingSystemFamily": "LINUX",
                },
                "tags": [
                    {"key": key, "value": value}
                    for key, value in {
                        **self.tags,
                        "airflow-ecs:environment": placement.environment,
                        "airflow-ecs:task-group": self.group,
                    }.items()
                ],
            }
        )

    def _full_image(self, registry: str) -> str:
        """The image with its registry; as Docker reads it, one has a dot or a port in its name."""
        first, slash, _ = self.image.partition("/")
        named = slash and ("." in first or ":" in first or first == "localhost")
        return self.image if named else f"{registry}/{self.image}"

    def _parameters(self, placement: Placement) -> dict[str, str]:
        _, partition, _, region, account, _ = placement.cluster.split(":", 5)
        path = f"arn:{partition}:ssm:{region}:{account}:parameter{placement.parameter_path}"
        return {
            **{name: f"{path}/{VALUES}/{key}" for name, key in self.values.items()},
            **{name: f"{path}/{SECRETS}/{key}" for name, key in self.secrets.items()},
        }


def _pairs(values: Mapping[str, str], key: str) -> list[dict[str, str]]:
    return [{"name": name, key: value} for name, value in values.items()]
