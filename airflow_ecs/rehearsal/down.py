"""`airflow-ecs down`: ends what `rehearse` left serving, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import serving
from airflow_ecs.rehearsal.state import StateFolder

if TYPE_CHECKING:
    from pathlib import Path


def down(project_directory: Path, stack: str) -> None:
    """End what was started; fine when it is gone, or never was."""
    folder = StateFolder(project_directory, stack)
    if folder.read() is None:
        print(f"{stack} is not up.")
        return
    with folder.locked():
        state = folder.read()
        if state is not None:
            serving.end(folder, state)
    print(f"{stack} is down, and what was in its account and databases is gone.")
