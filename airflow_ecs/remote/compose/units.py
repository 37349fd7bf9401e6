"""Durations, amounts of memory and sizes, as Compose writes and ECS takes them."""

from __future__ import annotations

import math
import re
from typing import Any

from airflow_ecs.fargate import MEMORY_BY_CPU
from airflow_ecs.remote.compose.errors import ComposeError

_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|m|h)")
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}

_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([bkmg])?b?", re.IGNORECASE)
_BYTES = {"b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}

_CPU_UNITS = 1024
_MIB = 1024**2


def whole(place: str, given: Any) -> int:
    """A whole number, also as the text that a variable leaves."""
    if isinstance(given, str) and re.fullmatch(r"\d+", given, re.ASCII):
        return int(given)
    if not isinstance(given, int) or isinstance(given, bool):
        raise ComposeError(place, f"is {given!r}; write a whole number.")
    return given


def seconds(place: str, given: Any) -> int:
    """Whole seconds of a duration such as 1m30s."""
    if not isinstance(given, str) or not _DURATION.fullmatch(given):
        raise ComposeError(place, f"is {given!r}, which is no duration; write one such as 1m30s.")
    total = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(given))
    if round(total, 6) != int(round(total, 6)):
        raise ComposeError(place, f"is {given!r}, and ECS counts whole seconds; write those.")
    return round(total)


def fargate_size(place: str, cpus: Any, memory: Any) -> tuple[int, int]:
    """The smallest pair of CPU units and MiB on Fargate that holds both limits."""
    least_cpu = _cpu_units(f"{place}.cpus", cpus) if cpus is not None else 0
    least_memory = _mib(f"{place}.memory", memory) if memory is not None else 0
    for cpu, offered in MEMORY_BY_CPU.items():
        fitting = [one for one in offered if one >= least_memory]
        if cpu >= least_cpu and fitting:
            return cpu, fitting[0]
    most_cpu, offered = list(MEMORY_BY_CPU.items())[-1]
    raise ComposeError(
        place,
        f"ask for {cpus or 'any'} CPUs and {memory or 'any'} memory, and Fargate has at most "
        f"{most_cpu // _CPU_UNITS} and {offered[-1] // 1024}g; write less.",
    )


def _cpu_units(place: str, given: Any) -> int:
    try:
        cpus = float(given) if not isinstance(given, bool) else math.nan
    except (TypeError, ValueError):
        cpus = math.nan
    if not 0 < cpus < math.inf:
        raise ComposeError(place, f"is {given!r}; write a number of CPUs, such as '0.5'.")
    return math.ceil(cpus * _CPU_UNITS)


def _mib(place: str, given: Any) -> int:
    match = _MEMORY.fullmatch(str(given)) if not isinstance(given, bool) else None
    if match is None or not float(match[1]):
        raise ComposeError(place, f"is {given!r}; write an amount of memory, such as 512m or 2g.")
    return math.ceil(float(match[1]) * _BYTES[(match[2] or "b").lower()] / _MIB)
