"""One running Airflow for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.deployed import Deployed
from airflow_ecs.rehearsal.image_environment import BuildContext, environment
from tests.pipelines.conftest import account, in_aws, steps
from tests.rehearsed import Rehearsed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["account", "in_aws", "steps"]

ROOT = Path(__file__).parents[2]


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
    requirements = ROOT / "docker" / "requirements.txt"
    images = ROOT / ".airflow-ecs" / "images"
    folder = environment(BuildContext(folder=ROOT, requirements=requirements), images, print)
    return str(folder / "bin" / "python")
