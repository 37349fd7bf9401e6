"""How much `make up` costs, once its dependencies are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import Result, process_cpu_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parent.parent


def results() -> Iterator[Result]:
    """Every number about deploying to the emulated account."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for file in (*PROJECT.glob("Pulumi*.yaml"), PROJECT / "__main__.py"):
            shutil.copy(file, project)
        shutil.copy(PROJECT / "settings.py", project)
        stack = ("--project", str(project), "--stack", "dev")
        try:
            seconds = process_cpu_seconds(
                ["-m", "airflow_ecs.cli", "rehearse", "--no-services", *stack],
                PYTHONPATH=str(PROJECT),
            )
            served = _account_cpu_seconds(project)
        finally:
            down = [sys.executable, "-m", "airflow_ecs.cli", "down", *stack]
            subprocess.run(down, check=True, stdout=subprocess.DEVNULL, cwd=PROJECT)
    yield Result(
        what="`make up` to a served emulated account",
        value=seconds + served,
        limit=30.0,
        unit="CPU s",
        how="the command and the account it leaves serving, once",
    )


def _account_cpu_seconds(project: Path) -> float:
    import json

    state = json.loads((project / ".airflow-ecs" / "dev" / "state.json").read_text())
    # proc(5): utime and stime are the 14th and 15th fields; the 2nd may hold spaces.
    fields = Path(f"/proc/{state['account']['pid']}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
