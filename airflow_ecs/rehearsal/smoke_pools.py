"""Smoke test: are the pools those of the file that the migration imports?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_ecs.rehearsal.airflow_api import AirflowApi


def check(api: AirflowApi, file: Path) -> str:
    """Compare each pool of the file with Airflow's, where there is such a file."""
    there = api.pools()
    listed = ", ".join(f"{name} ({slots} slots)" for name, slots in sorted(there.items()))
    if not file.is_file():
        return f"the pools are {listed}; there is no {file} to compare them with"
    for name, wanted in json.loads(file.read_text()).items():
        if there.get(name) != wanted["slots"]:
            raise RehearsalError(
                f"{file} gives the pool {name} {wanted['slots']} slots, and Airflow's pools are "
                f"{listed}: the migration has not imported the file."
            )
    return f"the pools are those of {file}: {listed}"
