"""Is the Celery worker of this container well? It reads the two heartbeats of `worker_plugin`.

A worker that is frozen fails at once. One that has lost its queue is given five minutes, so
that the failover of a broker does not restart workers which are busy with tasks.
"""

import sys

from airflow_ecs.runtime import heartbeat

LIMITS = {heartbeat.WORKER_PROCESS: 60.0, heartbeat.WORKER_QUEUE: 300.0}
"""The age in seconds at which each heartbeat counts as lost; they beat every 5 and 2."""


def fault() -> str | None:
    """Return what is wrong with the worker, or None."""
    for name, limit in LIMITS.items():
        age = heartbeat.age(name)
        if age is None:
            return f"{name} has not beaten yet"
        if age > limit:
            return f"{name} last beat {age:.0f} seconds ago; the limit is {limit:.0f}"
    return None


if __name__ == "__main__":
    sys.exit(fault())
