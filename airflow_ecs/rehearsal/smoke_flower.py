"""Smoke test: does Flower ask for its password, and see the workers?"""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.deployed import Deployed

# The page's own source of its table; `/api/workers` knows only workers that it has inspected.
_WORKERS = "/workers?json=1"

# Seconds: a worker tells of itself every two.
_PATIENCE = 20.0


def check(deployed: Deployed) -> str:
    """Look at Flower without a password and with it, and for each worker in its list."""
    page = deployed.flower
    if page is None:
        return "no Flower is deployed"
    without = page.ask("GET", _WORKERS)
    if without.status != 401:
        raise RehearsalError(
            f"Flower answers {without.status} without a password, and should refuse (401)."
        )
    login = base64.b64encode(deployed.flower_login().encode()).decode()
    # A worker's Celery name ends in its host, which is made from its address as ECS does.
    wanted = {
        f"ip-{address.replace('.', '-')}": address for address in deployed.addresses("worker")
    }
    deadline = time.monotonic() + _PATIENCE
    while True:
        answer = page.ask("GET", _WORKERS, headers={"Authorization": f"Basic {login}"})
        if answer.status != 200:
            raise RehearsalError(
                f"Flower answers {answer.status} to the login of its own container's parameter."
            )
        names = [one["hostname"] for one in answer.json()["data"] if one["status"]]
        missing = [host for host in wanted if not any(f"@{host}." in name for name in names)]
        if not missing:
            return f"Flower refuses without its login, and with it lists {', '.join(names)}"
        if time.monotonic() > deadline:
            raise RehearsalError(
                f"Flower lists {', '.join(names) or 'no worker'}, and not {', '.join(missing)}: "
                "it does not hear that worker through the broker."
            )
        time.sleep(1.0)
