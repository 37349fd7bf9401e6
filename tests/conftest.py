"""Fixtures of all tests."""

from __future__ import annotations

import gc
import signal
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.planned import Planned
from airflow_ecs.rehearsal.program import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow_ecs.rehearsal.recording import Recording


# A shell that runs the tests in the background has them, and all they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def frozen() -> None:
    """Keep the SDK's objects out of garbage collections: it halves the time of a deployment."""
    from airflow_ecs import AirflowCluster

    run(lambda: AirflowCluster("airflow", {"environment": "dev"}), cloud=Placeholders())
    gc.collect()
    gc.freeze()


@pytest.fixture
def deploy() -> Callable[..., Recording]:
    """Run a program against made-up answers, and see what it declares.

    `deploy(lambda: AirflowCluster("af", ARGS)).one("aws:ecs/service:Service", "af-worker")`
    """

    def deploy(
        program: Callable[[], object],
        preview: bool = False,
        config: Mapping[str, str] | None = None,
    ) -> Recording:
        cloud = Placeholders()
        return run(
            program, cloud=Planned(cloud) if preview else cloud, preview=preview, config=config
        )

    return deploy
