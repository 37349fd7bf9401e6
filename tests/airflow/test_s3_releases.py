"""The bundle of releases in S3, in the environment of the image."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pipelines.stand_in import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

LOOKS = """
from airflow_ecs.runtime.s3_releases import S3Releases
S3Releases(name="dags", bucket_name="team-dags", prefix="dags").refresh()
"""


@pytest.fixture
def forbidding() -> Iterator[str]:
    """What S3 answers about a missing object to who may not list its bucket."""
    with serving(lambda _path, _body: (403, b"")) as url:
        yield url


def test_without_a_release_the_bundle_asks_for_one(
    python: str, tmp_path: Path, forbidding: str
) -> None:
    own = {
        "AIRFLOW_HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "AWS_ENDPOINT_URL": forbidding,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
    }
    done = subprocess.run(
        [python, "-c", LOOKS], env=os.environ | own, capture_output=True, text=True, check=False
    )
    sentence = "s3://team-dags/dags/current.json, which says which release counts, can't be read"
    assert f"FileNotFoundError: {sentence}" in done.stderr
    assert done.stderr.endswith("has one been made?\n")
