"""The CPU and memory pairs that Fargate offers."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_ecs.spec.reading import SpecError

_GIB = 1024

# Memory in MiB by CPU units (1024 = 1 vCPU). Source: Amazon ECS developer guide,
# "Task CPU and memory" for Fargate.
MEMORY_BY_CPU: dict[int, tuple[int, ...]] = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskSize:
    """CPU units (1024 = 1 vCPU) and memory in MiB of one task."""

    cpu: int
    memory: int


def checked(size: TaskSize, path: str) -> TaskSize:
    """The size itself, or a sentence that names what Fargate offers instead."""
    if size.cpu not in MEMORY_BY_CPU:
        raise SpecError(
            f"{path}.cpu is {size.cpu}, which Fargate does not offer; "
            f"write one of {', '.join(map(str, MEMORY_BY_CPU))}."
        )
    offered = MEMORY_BY_CPU[size.cpu]
    if size.memory not in offered:
        raise SpecError(
            f"{path}.memory is {size.memory} MiB, which Fargate does not offer with "
            f"{size.cpu} CPU units; write one of {', '.join(map(str, offered))}."
        )
    return size
