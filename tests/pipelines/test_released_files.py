"""Which files of a folder are released, to S3 and to EFS alike."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tests.pipelines.conftest import STEPS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

RELEASED = [".airflowignore", "hooks/.airflowignore", "hooks/warehouse.py", "one.py", "one.sql"]
LEFT_OUT = [
    ".env",
    ".git/config",
    ".ipynb_checkpoints/one-checkpoint.py",
    "__pycache__/one.cpython-312.pyc",
    "hooks/.idea/.airflowignore",
    "hooks/.idea/deep/er.py",
]


def test_hidden_files_and_folders_stay_behind_but_for_what_airflow_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is above the folder of the DAGs does not count.
    folder = tmp_path / ".hidden" / "dags"
    for name in (*RELEASED, *LEFT_OUT):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.syspath_prepend(STEPS)
    files = import_module("step").released_files(folder)
    assert [path.relative_to(folder).as_posix() for path in files] == RELEASED
