"""The quality gate: nothing passes that is not known to have passed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.pipelines.stand_in import serving

if TYPE_CHECKING:
    from tests.pipelines.conftest import Ended, Steps
    from tests.pipelines.stand_in import Answer

PASSED: dict[str, Any] = {
    "api/ce/task": {"task": {"status": "SUCCESS", "analysisId": "a-1"}},
    "api/qualitygates/project_status": {"projectStatus": {"status": "OK"}},
    "api/measures/component": {
        "component": {"measures": [{"period": {"index": 1, "value": "1.0"}}]}
    },
}
FAILED = {
    "projectStatus": {
        "status": "ERROR",
        "conditions": [
            {"metricKey": "new_coverage", "status": "ERROR"},
            {"metricKey": "new_security_rating", "status": "OK"},
        ],
    }
}

# Writes what sonar-scanner writes.
SCANNER = """
import sys
for argument in sys.argv:
    if argument.startswith("-Dsonar.scanner.metadataFilePath="):
        open(argument.partition("=")[2], "w").write("projectKey=dags\\nceTaskId=t-1\\n")
"""


def answering(answers: dict[str, Any]) -> Answer:
    """A server of SonarQube that gives these answers; texts as they are."""

    def answer(asked: str, _: bytes) -> tuple[int, bytes]:
        found = answers.get(asked.lstrip("/").partition("?")[0], 404)
        if isinstance(found, int):
            return found, b""
        return 200, (found if isinstance(found, str) else json.dumps(found)).encode()

    return answer


def judged(steps: Steps, answers: dict[str, Any], *arguments: object) -> Ended:
    """The gate's step, with a server that gives these answers."""
    scanner = steps.write("scanner.py", SCANNER)
    with serving(answering(answers)) as url:
        return steps.run(
            "check_quality.py",
            *("--project", "dags", "--url", url, "--poll", 0.01, *arguments),
            *("--scanner", f"{steps.python} {scanner}"),
            SONAR_TOKEN="t0ken",
        )


def test_a_gate_that_is_passed_lets_pass(steps: Steps) -> None:
    assert judged(steps, PASSED).ok()


def test_a_gate_that_failed_says_for_what(steps: Steps) -> None:
    ended = judged(steps, PASSED | {"api/qualitygates/project_status": FAILED})
    assert ended.refused() == (
        "The quality gate of dags is ERROR for new_coverage; the DAGs are not released."
    )


def test_a_rating_that_is_worse_than_allowed_stops(steps: Steps) -> None:
    worse = {"component": {"measures": [{"period": {"value": "2.0"}}]}}
    answers = PASSED | {"api/measures/component": worse}
    assert "new code is B, and A is the worst" in judged(steps, answers).refused()
    assert judged(steps, answers, "--rating", "B").ok()


@pytest.mark.parametrize(
    ("path", "answer", "sentence"),
    [
        ("api/ce/task", {"task": {"status": "FAILED"}}, "analysis ended as FAILED"),
        ("api/ce/task", {"task": {"status": "SUCCESS"}}, "has no task.analysisId"),
        ("api/ce/task", "<html>Log in</html>", "answer to api/ce/task is not JSON"),
        ("api/ce/task", 401, "answers 401 to api/ce/task: is the token right"),
        ("api/qualitygates/project_status", [], "has no projectStatus.status"),
        ("api/qualitygates/project_status", {"projectStatus": {"status": "NONE"}}, "is NONE"),
        ("api/qualitygates/project_status", 503, "answers 503"),
        ("api/measures/component", {"component": {"measures": []}}, "has no new_security_rating"),
        ("api/measures/component", {"component": {"measures": [{"period": {"value": "7"}}]}}, "no"),
        ("api/measures/component", "null", "has no new_security_rating"),
    ],
)
def test_what_is_not_an_answer_stops(steps: Steps, path: str, answer: Any, sentence: str) -> None:
    refused = judged(steps, PASSED | {path: answer}).refused()
    assert sentence in refused
    assert refused.lower().endswith("the dags are not released.")


def test_an_analysis_that_never_ends_stops(steps: Steps) -> None:
    pending = PASSED | {"api/ce/task": {"task": {"status": "IN_PROGRESS"}}}
    assert "has not ended after 0 minutes" in judged(steps, pending, "--minutes", 0).refused()


def test_a_gate_that_can_not_be_reached_stops(steps: Steps) -> None:
    scanner = steps.write("scanner.py", SCANNER)
    ended = steps.run(
        "check_quality.py",
        *("--project", "dags", "--url", "http://127.0.0.1:9"),
        *("--scanner", f"{steps.python} {scanner}"),
        SONAR_TOKEN="t0ken",
    )
    assert "SonarQube can't be reached at http://127.0.0.1:9" in ended.refused()


@pytest.mark.parametrize(
    ("scanner", "sentence"),
    [
        ("no-such-scanner", "The scanner no-such-scanner could not start"),
        ("false", "The scanner ended with code 1"),
        ("true", "has not said which task"),
    ],
)
def test_a_scanner_that_does_not_do_its_work_stops(
    steps: Steps, scanner: str, sentence: str
) -> None:
    ended = steps.run(
        "check_quality.py", "--project", "dags", "--scanner", scanner, SONAR_TOKEN="t0ken"
    )
    assert sentence in ended.refused()


def test_a_token_that_is_missing_stops(steps: Steps) -> None:
    assert "SONAR_TOKEN is not set" in steps.run("check_quality.py", "--project", "p").refused()
