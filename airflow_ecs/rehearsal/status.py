"""`airflow-ecs status`: one JSON object for scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import background, stack_config
from airflow_ecs.rehearsal.state import StateFolder

if TYPE_CHECKING:
    from pathlib import Path


def status(project_directory: Path, stack: str) -> None:
    """Print what is served; `region` and `endpoint` are null when nothing is."""
    project = stack_config.load_project(project_directory)
    state = StateFolder(project_directory, stack).read()
    up = state is not None and state.deployed and background.is_running(state.pid, state.token)
    shown = state if up else None
    report = {
        "project": project.name,
        "stack": stack,
        "up": up,
        "region": shown.region if shown else None,
        "endpoint": shown.endpoint if shown else None,
        "outputs": shown.outputs if shown else {},
        "services": [],
    }
    print(json.dumps(report, indent=2, ensure_ascii=False))
