"""A first DAG: it tells where it runs, so that a new deployment can be seen to work."""

from __future__ import annotations

import logging
import os
import platform

from airflow.sdk import dag, task

log = logging.getLogger(__name__)


@dag(schedule=None, catchup=False, tags=["example"])
def example() -> None:
    """Three tasks: one looks around, one counts, one reports what both have found."""

    @task
    def look_around() -> dict[str, str]:
        return {
            "environment": os.environ.get("ENVIRONMENT", "unknown"),
            "python": platform.python_version(),
        }

    @task
    def count() -> int:
        return sum(range(101))

    @task
    def report(place: dict[str, str], total: int) -> str:
        where = f"Airflow runs in {place['environment']} on Python {place['python']}"
        line = f"{where}; the numbers up to 100 make {total}"
        log.info(line)
        return line

    report(look_around(), count())


example()
