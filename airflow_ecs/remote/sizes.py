"""The sizes of remote tasks."""

from __future__ import annotations

from enum import IntEnum

from airflow_ecs.fargate import MEMORY_BY_CPU
from airflow_ecs.remote.errors import RemoteTaskError


class CpuValues(IntEnum):
    """What Fargate offers, in CPU units: 1,024 are one vCPU."""

    QUARTER_VCPU = 256
    HALF_VCPU = 512
    ONE_VCPU = 1024
    TWO_VCPU = 2048
    FOUR_VCPU = 4096
    EIGHT_VCPU = 8192
    SIXTEEN_VCPU = 16384

    def memory_values(self) -> tuple[int, ...]:
        """The memory in MiB that a task of this size may have."""
        return MEMORY_BY_CPU[self]

    def default_memory(self) -> int:
        """The least of them."""
        return self.memory_values()[0]


def fargate_size(cpu: int, memory: int | None) -> tuple[int, int]:
    """CPU units and MiB of a pair that Fargate offers.

    Raises:
        RemoteTaskError: it offers no such pair; the message names those it does.
    """
    if not isinstance(cpu, int) or cpu not in MEMORY_BY_CPU:
        raise RemoteTaskError(
            f"task_cpus is {cpu!r}, which Fargate does not offer; write one of "
            f"{', '.join(f'CpuValues.{size.name} ({size.value})' for size in CpuValues)}."
        )
    size = CpuValues(cpu)
    if memory is None:
        return size.value, size.default_memory()
    if not isinstance(memory, int) or memory not in size.memory_values():
        raise RemoteTaskError(
            f"task_memory is {memory!r} MiB, which Fargate does not offer with "
            f"CpuValues.{size.name}; write one of "
            f"{', '.join(map(str, size.memory_values()))}."
        )
    return size.value, memory
