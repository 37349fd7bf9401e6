"""The operator of remote tasks, on the Airflow of the image."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.rehearsed import ROOT, image_environment

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_the_operators_tests_pass_in_the_images_environment(tmp_path: Path) -> None:
    (packages,) = image_environment().glob("lib/python*/site-packages")
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/remote"]
    # Airflow's own warnings are its own.
    done = subprocess.run(
        [*tests, "-W", "default", "-k", "operator"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(packages), "AIRFLOW_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
    assert "skipped" not in done.stdout
