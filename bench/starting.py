"""Where the time of `up` goes, and what idling costs."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.running import Running

IDLE = 60.0
"""Seconds for which nothing is asked."""


def results(running: Running) -> Iterator[Result]:
    """The steps of `up`, and an idle minute."""
    for step, seconds in running.steps.items():
        yield Result(
            what=f"`make up`: {step}", value=seconds, limit=float("inf"), unit="s", how="once"
        )
    yield _idle(running)


def _idle(running: Running) -> Result:
    processes = [running.state["account"]["pid"], running.state["agent"]["pid"]]
    before = sum(map(_cpu_seconds, processes))
    time.sleep(IDLE)
    used = sum(map(_cpu_seconds, processes)) - before
    return Result(
        what="agent and emulated account while all services idle",
        value=100 * used / IDLE,
        limit=2.0,
        unit="% of a core",
        how=f"CPU of both processes over {IDLE:.0f} s, health checks not counted",
    )


def _cpu_seconds(pid: int) -> float:
    # proc(5): utime and stime are the 14th and 15th fields; the 2nd may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
