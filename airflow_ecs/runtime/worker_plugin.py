"""Gives the Celery worker of Airflow its heartbeats, which `check_worker` reads.

Airflow loads it where AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS names
`airflow_ecs.runtime.worker_plugin.CELERY_CONFIG`.
"""

import threading
import time
from typing import Any

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG
from celery.signals import heartbeat_sent, worker_init

from airflow_ecs.runtime import heartbeat

# Airflow's own settings: what the plug-in adds are signal handlers, which no setting holds.
CELERY_CONFIG = DEFAULT_CELERY_CONFIG


def start_heartbeat(**_: Any) -> None:
    """Begin the heartbeat of the process.

    It beats in a thread of its own, which stops with the process alone, whatever becomes of
    the queue. The queue's begins with its first connection: a worker that never gets one, by a
    wrong token say, is not well, and a deployment of such workers fails.
    """
    threading.Thread(target=_beat_for_ever, name="heartbeat", daemon=True).start()


def _beat_for_ever() -> None:
    while True:
        heartbeat.beat(heartbeat.WORKER_PROCESS)
        time.sleep(5)


def beat_for_queue(**_: Any) -> None:
    """Note that the worker's loop has come round: every two seconds, while it is connected."""
    heartbeat.beat(heartbeat.WORKER_QUEUE)


worker_init.connect(start_heartbeat)
heartbeat_sent.connect(beat_for_queue)
