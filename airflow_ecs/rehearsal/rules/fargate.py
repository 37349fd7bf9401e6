"""What Fargate takes: sizes, platforms, health checks, and containers that fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules.deployment import items, known, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment, TaskDefinition

# MiB by CPU units. Source: Amazon ECS developer guide, "Task CPU and memory" for Fargate.
# The component has a table of its own: two that agree are worth more than one.
_MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}

# Source: Amazon ECS API reference, HealthCheck; seconds, and a count.
_HEALTH_CHECK = {
    "interval": (5, 300),
    "timeout": (2, 60),
    "retries": (1, 10),
    "startPeriod": (0, 300),
}

# Source: Amazon ECS API reference, ContainerDefinition; seconds.
_STOP_TIMEOUT = 120


def check(deployment: Deployment) -> Iterator[str]:
    """Task definitions for Fargate, and what is in them."""
    for declared in deployment.of("aws:ecs/taskDefinition:TaskDefinition"):
        if "FARGATE" in items(declared.inputs.get("requiresCompatibilities")):
            yield from _size(declared)
            yield from _network_mode(declared)
            yield from _platform(declared)
    for definition in deployment.task_definitions:
        yield from _containers(definition)


def _size(declared: Declared) -> Iterator[str]:
    cpu, memory = (str(declared.inputs.get(name)) for name in ("cpu", "memory"))
    if not (cpu.isdigit() and memory.isdigit()):
        return
    if int(cpu) not in _MEMORY:
        yield (
            f"{title(declared)}: cpu is {cpu}, which Fargate does not offer; write one of "
            f"{', '.join(map(str, _MEMORY))}."
        )
    elif int(memory) not in _MEMORY[int(cpu)]:
        yield (
            f"{title(declared)}: memory is {memory} MiB, which Fargate does not offer with cpu "
            f"{cpu}; write one of {', '.join(map(str, _MEMORY[int(cpu)]))}."
        )


def _network_mode(declared: Declared) -> Iterator[str]:
    mode = declared.inputs.get("networkMode")
    if mode != "awsvpc" and (mode is None or known(mode)):
        yield (
            f"{title(declared)}: networkMode is {mode!r}, and Fargate runs tasks in awsvpc only; "
            "write awsvpc."
        )


def _platform(declared: Declared) -> Iterator[str]:
    platform = declared.inputs.get("runtimePlatform")
    if not isinstance(platform, dict):
        return
    architecture, system = platform.get("cpuArchitecture"), platform.get("operatingSystemFamily")
    if known(architecture) and architecture not in ("X86_64", "ARM64"):
        yield (
            f"{title(declared)}: cpuArchitecture is {architecture!r}, which ECS does not know; "
            "write X86_64 or ARM64."
        )
    if known(system) and system != "LINUX" and not str(system).startswith("WINDOWS_SERVER_"):
        yield (
            f"{title(declared)}: operatingSystemFamily is {system!r}, which ECS does not know; "
            "write LINUX."
        )


def _containers(definition: TaskDefinition) -> Iterator[str]:
    named = [one.get("name") for one in definition.containers]
    subject = title(definition.declared)
    for name in {name for name in named if named.count(name) > 1}:
        yield f"{subject}: two containers are called {name!r}; give each a name of its own."
    if not any(one.get("essential", True) for one in definition.containers):
        yield f"{subject}: no container is essential, and ECS wants one; set essential on one."
    for container in definition.containers:
        where = f"{subject}, container {container.get('name')!r}"
        for dependency in items(container.get("dependsOn")):
            if dependency.get("containerName") not in named:
                yield (
                    f"{where}: dependsOn names {dependency.get('containerName')!r}, which is no "
                    f"container of the task; write one of {', '.join(map(str, named))}."
                )
        timeout = container.get("stopTimeout")
        if isinstance(timeout, int) and not 0 <= timeout <= _STOP_TIMEOUT:
            yield (
                f"{where}: stopTimeout is {timeout}, and Fargate waits at most {_STOP_TIMEOUT} "
                f"seconds; write at most {_STOP_TIMEOUT}."
            )
        if isinstance(container.get("healthCheck"), dict):
            yield from _health_check(where, container["healthCheck"])


def _health_check(where: str, check: dict[str, Any]) -> Iterator[str]:
    command = check.get("command")
    if not command or command[0] not in ("CMD", "CMD-SHELL", "NONE"):
        yield (
            f"{where}: the health check's command is {command!r}; it begins with CMD or "
            'CMD-SHELL, such as ["CMD-SHELL", "curl -f localhost || exit 1"].'
        )
    elif command[0] != "NONE" and len(command) < 2:
        yield f"{where}: the health check runs nothing; write a command after {command[0]}."
    for name, (least, most) in _HEALTH_CHECK.items():
        value = check.get(name)
        if isinstance(value, int) and not least <= value <= most:
            yield (
                f"{where}: the health check's {name} is {value}, and ECS takes {least} to {most}; "
                "write a value between."
            )
