"""A heartbeat: a file in AIRFLOW_HOME whose modification time says when all was last well."""

import os
import time

WORKER_PROCESS = "worker-process"
"""Beats while the worker's process runs at all."""

WORKER_QUEUE = "worker-queue"
"""Beats while the worker is connected to its queue, and takes from it."""


def beat(name: str) -> None:
    """Note that the thing called `name` is well now."""
    with open(_path(name), "w"):
        pass


def age(name: str) -> float | None:
    """Return the seconds since the last beat of `name`, or None when it has never beaten."""
    try:
        return time.time() - os.stat(_path(name)).st_mtime
    except FileNotFoundError:
        return None


def _path(name: str) -> str:
    # AIRFLOW_HOME, as Airflow reads it: writable, and no two containers share it.
    home = os.environ.get("AIRFLOW_HOME") or os.path.expanduser("~/airflow")
    return os.path.join(home, f"{name}.heartbeat")
