"""Processor time of functions and of whole processes."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One line of the table: a number, what it must not pass, and how it was found."""

    what: str
    value: float
    limit: float
    unit: str
    how: str

    @property
    def kept(self) -> bool:
        """Whether the number keeps its limit."""
        return self.value <= self.limit


def cpu_seconds(function: Callable[[], object]) -> float:
    """Processor time of one call, all threads."""
    gc.collect()
    start = time.process_time()
    function()
    return time.process_time() - start


def paired(functions: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Processor times of the functions in turn, A B A B …, after one round that is not counted.

    In turn, because a shared machine's speed drifts: what is compared is measured together.
    What was imported is kept out of garbage collections, whose walks over it would count for
    whichever function they fall into.
    """
    for function in functions:
        function()
    gc.collect()
    gc.freeze()
    return [[cpu_seconds(function) for function in functions] for _ in range(rounds)]


def median_ratio(rounds: Sequence[Sequence[float]], over: int, under: int) -> float:
    """The median over the rounds of one function's time by another's."""
    return statistics.median(times[over] / times[under] for times in rounds)


def process_cpu_seconds(arguments: Sequence[str], **variables: str) -> float:
    """Processor time of a whole Python process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | variables,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def cpu_seconds_of(pid: int) -> float:
    """Processor time of a running process so far."""
    # proc(5): utime and stime are the 14th and 15th fields; the 2nd may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
