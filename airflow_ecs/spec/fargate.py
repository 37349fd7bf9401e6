"""The size of a service's task, as the settings give it."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_ecs.fargate import MEMORY_BY_CPU
from airflow_ecs.spec.reading import SpecError


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
