"""The pipeline's check of the DAGs, in the environment of the image."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

DAG = """
from airflow.sdk import DAG, task

with DAG("{name}", schedule=None):
    @task
    def one() -> None: ...

    @task
    def two() -> None: ...

    first, second = one(), two()
    first >> second
"""
CYCLE = "    second >> first\n"
CALL = """
import boto3
try:
    boto3.client("s3", region_name="eu-west-1").list_buckets()
except Exception:
    pass
"""
OTHER_CALL = """
import urllib.request
urllib.request.urlopen("http://example.com")
"""


@pytest.fixture
def checked(python: str, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`checked(one=…)` is what the step says of a file one.py with that content."""

    def checked(**files: str) -> subprocess.CompletedProcess[str]:
        for name, content in files.items():
            (tmp_path / f"{name}.py").write_text(content)
        command = [python, str(ROOT / "docker" / "pipelines" / "check_dags.py"), str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return checked


@pytest.mark.parametrize("example", ["gamechanger", "mwaa"])
def test_the_dags_of_an_example_load(python: str, example: str) -> None:
    step = ROOT / "docker" / "pipelines" / "check_dags.py"
    done = subprocess.run(
        [python, str(step), str(ROOT / "examples" / example / "dags")],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_dags_that_load_are_named(checked: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = checked(a=DAG.format(name="ada"), b=DAG.format(name="ben"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 DAGs load: ada, ben\n"


def test_dags_find_the_variables_of_the_deployment_while_they_load(
    checked: Callable[..., subprocess.CompletedProcess[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = "import os, boto3\nname = os.environ['ENVIRONMENT']\nboto3.client('sqs')\n"
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(
        "DAG_ENVIRONMENT", '{"ENVIRONMENT": "prod", "AWS_DEFAULT_REGION": "eu-west-1"}'
    )
    done = checked(one=asks + DAG.format(name="one"))
    assert (done.returncode, done.stderr) == (0, "")


def test_each_file_that_would_break_or_burden_airflow_is_named_with_its_reason(
    checked: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = checked(
        good=DAG.format(name="good"),
        cycle=DAG.format(name="cyclic") + CYCLE,
        twin_1=DAG.format(name="twin"),
        twin_2=DAG.format(name="twin"),
        missing=DAG.format(name="missing") + "import no_such_module\n",
        calls=DAG.format(name="calls") + CALL,
        other=DAG.format(name="other") + OTHER_CALL,
    )
    assert done.returncode == 1
    *lines, last = done.stderr.splitlines()
    said = dict(line.split(": ", 1) for line in lines)
    # Which of the two is read first is the file system's choice.
    (twin,) = {"twin_1.py", "twin_2.py"} & said.keys()
    assert "also found in" in said.pop(twin)
    assert sorted(said) == ["calls.py", "cycle.py", "missing.py", "other.py"]
    assert said["calls.py"].startswith("line 16 calls s3.ListBuckets while the file is loaded")
    assert "Cycle detected" in said["cycle.py"]
    assert "No module named 'no_such_module'" in said["missing.py"]
    assert "looks up 'example.com' while the file is loaded" in said["other.py"]
    assert last == "5 of the DAG files can't be released; see above."


def test_a_folder_without_a_dag_is_no_success(
    checked: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert "There is no DAG in" in checked(helper="x = 1\n").stderr
