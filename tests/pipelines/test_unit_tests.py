"""The step that runs the DAGs' own tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.pipelines.conftest import Steps

UNITTEST = """
import unittest
import helper

class Adds(unittest.TestCase):
    def test_adds(self) -> None:
        self.assertEqual(helper.add(1, 2), 3)
"""
PYTEST = """
import helper

def test_adds() -> None:
    assert helper.add(1, 2) == {result}
"""


def test_both_runners_run_and_write_their_results(steps: Steps) -> None:
    steps.write("dags/helper.py", "def add(a, b): return a + b")
    steps.write("tests/test_one.py", UNITTEST)
    steps.write("tests/test_two.py", PYTEST.format(result=3))
    assert steps.run("run_tests.py").ok()
    results = json.loads((steps.folder / "results.json").read_text())
    assert results["passed"] is True
    counts = {run["runner"]: run["tests"] for run in results["runs"]}
    assert counts == {"unittest": 1, "pytest": 2}


def test_tests_find_the_variables_of_the_deployment(steps: Steps) -> None:
    test = "import os\n\ndef test_place(): assert os.environ['ENVIRONMENT'] == 'prod'\n"
    steps.write("tests/test_one.py", test)
    assert steps.run("run_tests.py", DAG_ENVIRONMENT='{"ENVIRONMENT": "prod"}').ok()


def test_one_failure_under_one_runner_fails_the_step(steps: Steps) -> None:
    steps.write("dags/helper.py", "def add(a, b): return a + b")
    steps.write("tests/test_one.py", UNITTEST)
    steps.write("tests/test_two.py", PYTEST.format(result=4))
    ended = steps.run("run_tests.py")
    assert ended.refused() == "The tests failed under pytest; see results.json."
    assert "assert 3 == 4" in ended.said
    assert json.loads((steps.folder / "results.json").read_text())["passed"] is False


def test_a_folder_without_a_test_is_no_success(steps: Steps) -> None:
    (steps.folder / "tests").mkdir()
    assert "There is no test in tests" in steps.run("run_tests.py").refused()


def test_a_folder_that_is_not_there_is_named(steps: Steps) -> None:
    ended = steps.run("run_tests.py", "--tests", "test")
    assert "There is no folder test with tests" in ended.refused()
