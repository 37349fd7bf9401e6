"""Which executors and sources of DAGs are tried together, on which stack.

Others have rehearsals of their own: the image as a source is that of tests/airflow and of stack
prod (test_prod.py), and standalone has plain files in S3 (test_standalone.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from tests.matrix.sources import EfsReleases, Git, S3Files, S3Releases

if TYPE_CHECKING:
    from tests.matrix.sources import Source

EXECUTORS = ("celery", "local", "ecs")
SOURCES: tuple[type[Source], ...] = (S3Releases, S3Files, EfsReleases, Git)


@dataclass(frozen=True)
class Combination:
    """One Airflow to start."""

    executor: str
    source: type[Source]

    def __str__(self) -> str:
        return f"{self.executor}-{self.source.__name__}"

    def settings(self) -> dict[str, object]:
        """What the stack's file says of it, besides where DAGs are."""
        if self.executor == "celery":
            return {}
        settings: dict[str, object] = {"executor": self.executor, "flower": False, "services": {}}
        if self.executor == "local":
            # So that one start shows both.
            settings["database"] = {"kind": "aurora"}
        return settings


EVERY = [Combination(executor, source) for executor, source in product(EXECUTORS, SOURCES)]

CHOSEN = [
    Combination("celery", S3Releases),
    Combination("local", EfsReleases),
    Combination("ecs", Git),
]
