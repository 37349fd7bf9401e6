"""A push of DAGs, from its first command to its last: what fails leaves what is released."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.airflow.dag_build import RELEASE, Pipeline
from tests.pipelines.test_quality import FAILED, PASSED

if TYPE_CHECKING:
    from tests.pipelines.conftest import Account, Steps

pytestmark = pytest.mark.slow

BROKEN = "from airflow.sdk import DAG\nimport gone\n"


@pytest.fixture
def pipeline(in_aws: Steps, account: Account, python: str) -> Pipeline:
    return Pipeline(in_aws, account.client("s3"), python)


FILES = [".airflowignore", "hooks/names.py", "one.py"]


def test_dags_that_pass_are_released(pipeline: Pipeline) -> None:
    build = pipeline.push(PASSED)
    assert build.returncode == 0, build
    assert "1 DAGs load: orders-prod" in build.stdout
    assert pipeline.current() == {"release": RELEASE, "previous": "6-before"}
    assert pipeline.released() == {"6-before": FILES, RELEASE: FILES}
    results = json.loads((pipeline.steps.folder / "results.json").read_text())
    assert results["passed"] is True


@pytest.mark.parametrize(
    ("file", "content", "answers", "sentence"),
    [
        ("dags/two.py", BROKEN, PASSED, "two.py: ModuleNotFoundError: No module named 'gone'"),
        (
            "dags/two.py",
            "# fine\n",
            PASSED | {"api/qualitygates/project_status": FAILED},
            "The quality gate of dags is ERROR for new_coverage; the DAGs are not released.",
        ),
        ("tests/test_two.py", "def test_two(): assert False\n", PASSED, "failed under pytest"),
    ],
    ids=["a DAG", "the gate", "a test"],
)
def test_what_fails_leaves_what_is_released(
    pipeline: Pipeline, file: str, content: str, answers: dict[str, Any], sentence: str
) -> None:
    pipeline.steps.write(file, content)
    build = pipeline.push(answers)
    assert build.returncode != 0
    assert sentence in build.stderr
    assert pipeline.current() == {"release": "6-before", "previous": None}
    assert pipeline.released() == {"6-before": FILES}
