"""Has SonarQube analyse the DAGs, and lets them pass only if its quality gate does.

Runs the scanner, waits for the analysis, then asks for two things: the gate's status of just this
analysis, and the security rating of the new code. Whatever can't be read counts as not passed.
The token comes from the environment, as SONAR_TOKEN.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from step import StepError, run

# Sonar's ratings are numbers: 1.0 is A.
_RATINGS = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5}

_RATING = "new_security_rating"

_STOPPED = "the DAGs are not released."

# Seconds for one answer.
_TIMEOUT = 30


def main() -> None:
    """Analyse, wait, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", required=True, help="the project's key")
    parser.add_argument("--organization", help="its organization's key, on SonarQube Cloud")
    parser.add_argument("--url", default="https://sonarcloud.io")
    parser.add_argument("--rating", choices=_RATINGS, default="A", help="the worst to let pass")
    parser.add_argument("--scanner", default="sonar-scanner", help="the scanner's command")
    parser.add_argument("--minutes", type=float, default=15, help="the longest to wait")
    parser.add_argument("--poll", type=float, default=5, help="seconds between two looks")
    given = parser.parse_args()
    token = os.environ.get("SONAR_TOKEN")
    if not token:
        raise StepError(f"SONAR_TOKEN is not set, so the gate can't be asked; {_STOPPED}")
    task = _analyse(given.scanner, given.url, given.project, given.organization)
    server = Server(given.url, token)
    analysis = server.wait(task, given.minutes, given.poll)
    server.judge(analysis, given.project, given.rating)
    print(f"The quality gate of {given.project} is passed.")


def _analyse(scanner: str, url: str, project: str, organization: str | None) -> str:
    """Run the scanner; the id of the task in which the server works on its report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report-task.txt")
        settings = {
            "sonar.host.url": url,
            "sonar.projectKey": project,
            "sonar.scanner.metadataFilePath": str(report),
            **({"sonar.organization": organization} if organization else {}),
        }
        command = [*shlex.split(scanner), *(f"-D{key}={value}" for key, value in settings.items())]
        try:
            done = subprocess.run(command, check=False)  # noqa: S603
        except OSError as error:
            raise StepError(f"The scanner {scanner} could not start: {error}; {_STOPPED}") from None
        if done.returncode:
            raise StepError(f"The scanner ended with code {done.returncode}; {_STOPPED}")
        lines = report.read_text().splitlines() if report.exists() else []
    written = dict(line.split("=", 1) for line in lines if "=" in line)
    if not written.get("ceTaskId"):
        raise StepError(f"The scanner has not said which task its analysis is; {_STOPPED}")
    return written["ceTaskId"]


class Server:
    """The Web API of a SonarQube server, asked with a token."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token

    def wait(self, task: str, minutes: float, poll: float) -> str:
        """The id of the analysis, once the server has worked on it."""
        give_up = time.monotonic() + minutes * 60
        while True:
            answer = self._get("api/ce/task", id=task)
            status = _text(answer, "task", "status")
            if status == "SUCCESS":
                return _text(answer, "task", "analysisId")
            if status not in ("PENDING", "IN_PROGRESS"):
                raise StepError(f"SonarQube's analysis ended as {status}; {_STOPPED}")
            if time.monotonic() >= give_up:
                raise StepError(
                    f"SonarQube's analysis has not ended after {minutes:g} minutes; {_STOPPED}"
                )
            time.sleep(poll)

    def judge(self, analysis: str, project: str, worst: str) -> None:
        """Raise unless the gate is passed and the new code's security is good enough."""
        answer = self._get("api/qualitygates/project_status", analysisId=analysis)
        status = _text(answer, "projectStatus", "status")
        if status != "OK":
            failed = [
                str(condition.get("metricKey"))
                for condition in answer["projectStatus"].get("conditions", [])
                if condition.get("status") != "OK"
            ]
            why = f" for {', '.join(failed)}" if failed else ""
            raise StepError(f"The quality gate of {project} is {status}{why}; {_STOPPED}")
        answer = self._get("api/measures/component", component=project, metricKeys=_RATING)
        rating = _rating(answer)
        if rating > _RATINGS[worst]:
            letter = next(one for one, number in _RATINGS.items() if number == rating)
            raise StepError(
                f"The security rating of {project}'s new code is {letter}, and {worst} is the "
                f"worst that may pass; {_STOPPED}"
            )

    def _get(self, path: str, **parameters: str) -> Any:
        request = Request(  # noqa: S310
            f"{self._url}/{path}?{urlencode(parameters)}",
            headers={"Authorization": f"Bearer {self._token}"},
        )
        try:
            with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                return json.load(answer)
        except HTTPError as error:
            raise StepError(
                f"SonarQube answers {error.code} to {path}: is the token right, and may it see "
                f"the project? {_STOPPED.capitalize()}"
            ) from None
        except (URLError, OSError) as error:
            raise StepError(
                f"SonarQube can't be reached at {self._url}: {error}; {_STOPPED}"
            ) from None
        except ValueError:
            raise StepError(f"SonarQube's answer to {path} is not JSON; {_STOPPED}") from None


def _text(answer: Any, *path: str) -> str:
    try:
        for key in path:
            answer = answer[key]
    except (KeyError, TypeError):
        answer = None
    if not isinstance(answer, str) or not answer:
        raise StepError(f"SonarQube's answer has no {'.'.join(path)}; {_STOPPED}")
    return answer


def _rating(answer: Any) -> int:
    try:
        (measure,) = answer["component"]["measures"]
        period = measure.get("period") or measure["periods"][0]
        rating = int(float(period["value"]))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        rating = 0
    if rating not in _RATINGS.values():
        raise StepError(
            f"SonarQube has no {_RATING}: does the project define what new code is, and has it "
            f"been analysed once before? {_STOPPED.capitalize()}"
        )
    return rating


if __name__ == "__main__":
    run(main)
