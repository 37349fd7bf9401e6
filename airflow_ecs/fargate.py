"""The CPU and memory pairs that Fargate offers, for the deployment and for DAG code."""

from __future__ import annotations

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
