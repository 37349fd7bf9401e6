"""`airflow-ecs status`: one JSON object for scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import stack_config
from airflow_ecs.rehearsal.state import StateFolder

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_ecs.rehearsal.state import State


def status(project_directory: Path, stack: str) -> None:
    """Print what is served; `region` and `endpoint` are null when nothing is."""
    project = stack_config.load_project(project_directory)
    state = StateFolder(project_directory, stack).read()
    shown = state if state is not None and state.is_up else None
    report = {
        "project": project.name,
        "stack": stack,
        "up": shown is not None,
        "region": shown.region if shown else None,
        "endpoint": shown.endpoint if shown else None,
        "outputs": shown.outputs if shown else {},
        "pages": dict(shown.pages) if shown else {},
        "services": _services(shown) if shown else [],
    }
    print(json.dumps(report, indent=2, ensure_ascii=False))


def _services(state: State) -> list[dict[str, str]]:
    if state.agent is None:
        return []
    from airflow_ecs.rehearsal.services import Services

    return [
        {"name": service.name, "status": service.status, "health": service.health}
        for service in Services(state.endpoint, state.region).now()
    ]
