"""The DAGs of the image run under each executor: with `--every`, since tests/airflow has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.matrix.combinations import SMOKED, settings_of
from tests.rehearsed import Rehearsed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def test_the_dags_of_the_image_run_with_their_logs(executor: str, tmp_path: Path) -> None:
    rehearsed = Rehearsed.copied_to(tmp_path)
    rehearsed.configure(**settings_of(executor))
    with rehearsed.running():
        smoke = rehearsed.smoke()
    assert smoke.returncode == 0, smoke.stderr
    for words in SMOKED[executor]:
        assert words in smoke.stdout
