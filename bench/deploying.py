"""How much `make up` costs, once its dependencies are installed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import Result, cpu_seconds_of, process_cpu_seconds
from tests.rehearsed import ROOT, Rehearsed

if TYPE_CHECKING:
    from collections.abc import Iterator


def results() -> Iterator[Result]:
    """Every number about deploying to the emulated account."""
    with tempfile.TemporaryDirectory() as folder:
        rehearsed = Rehearsed.copied_to(Path(folder))
        where = ["--project", folder, "--stack", rehearsed.stack]
        try:
            command = process_cpu_seconds(
                ["-m", "airflow_ecs.cli", "rehearse", "--no-services", *where],
                PYTHONPATH=os.fspath(ROOT),
            )
            served = cpu_seconds_of(rehearsed.state.account.pid)
        finally:
            rehearsed.down()
    yield Result(
        what="`make up` to a served emulated account",
        value=command + served,
        limit=30.0,
        unit="CPU s",
        how="the command and the account it leaves serving, once",
    )
