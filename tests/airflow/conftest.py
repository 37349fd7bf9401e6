"""One running Airflow for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.deployed import Deployed
from tests.pipelines.conftest import account, in_aws, steps
from tests.rehearsed import Rehearsed, image_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["account", "in_aws", "steps"]


@dataclass(frozen=True)
class Running:
    """A rehearsal of this repository's program, and what it has printed."""

    folder: Path
    printed: str
    deployed: Deployed


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """All services healthy; afterwards down, with no process left."""
    rehearsed = Rehearsed.copied_to(tmp_path_factory.mktemp("airflow"))
    with rehearsed.running() as up:
        yield Running(
            folder=rehearsed.folder, printed=up.stdout, deployed=Deployed(rehearsed.state)
        )


@pytest.fixture(scope="session")
def python() -> str:
    """The Python of the image's environment."""
    return str(image_environment() / "bin" / "python")
