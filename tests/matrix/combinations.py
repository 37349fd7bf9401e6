"""Which executors and sources of DAGs are tried together, on which stack.

Others have rehearsals of their own: the image as a source is that of tests/airflow, of stack prod
(test_prod.py) and of test_image.py, and standalone has plain files in S3 (test_standalone.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from tests.matrix.sources import EfsFiles, EfsReleases, Git, S3Files, S3Releases

if TYPE_CHECKING:
    from tests.matrix.sources import Source

EXECUTORS = ("celery", "local", "ecs", "standalone")
SOURCES: tuple[type[Source], ...] = (S3Releases, S3Files, EfsReleases, EfsFiles, Git)

# What the smoke test says of where tasks have run, and of how it has read a log meanwhile.
SMOKED = {
    "celery": ("in the service worker at 127.0.", "task runs, from http://127.0."),
    "local": ("in the service scheduler at 127.0.", "task runs, from http://127.0."),
    "ecs": ("in a task of airflow-dev-runner each", "task runs, in CloudWatch's /ecs/airflow-dev/"),
    "standalone": ("in the service standalone at 127.0.", "task runs, from http://127.0."),
}


@dataclass(frozen=True)
class Combination:
    """One Airflow to start."""

    executor: str
    source: type[Source]

    def __str__(self) -> str:
        return f"{self.executor}-{self.source.__name__}"


def settings_of(executor: str) -> dict[str, object]:
    """What the stack's file says of an executor, besides where DAGs are."""
    if executor == "celery":
        return {}
    settings: dict[str, object] = {"executor": executor, "flower": False, "services": {}}
    if executor == "local":
        # So that one start shows both.
        settings["database"] = {"kind": "aurora"}
    if executor == "standalone":
        settings["ingress"] = {"allowed_cidrs": ["203.0.113.7/32"]}
    return settings


EVERY = [Combination(executor, source) for executor, source in product(EXECUTORS, SOURCES)]

CHOSEN = [
    Combination("celery", S3Releases),
    Combination("local", EfsReleases),
    Combination("ecs", Git),
]
