"""A task that takes its time: to watch a log grow, or to see that a deployment ends no work."""

from __future__ import annotations

import logging
import time

from airflow.sdk import Param, dag, task

log = logging.getLogger(__name__)


@dag(
    schedule=None,
    catchup=False,
    tags=["example"],
    params={"seconds": Param(30, type="integer", minimum=1, maximum=3600)},
)
def countdown() -> None:
    """Counts its parameter `seconds` down to nothing, and says so second by second."""

    @task
    def count_down(seconds: str) -> None:
        for left in range(int(seconds), 0, -1):
            log.info("%d s to go", left)
            time.sleep(1)
        log.info("Done")

    count_down("{{ params.seconds }}")


countdown()
