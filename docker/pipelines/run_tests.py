"""Runs the unit tests of the DAGs, by unittest's discovery and by pytest, and writes results.json.

The file is for who runs this on their machine: a build, which keeps none, has all in its log.

Both run whatever they find in the folder: pytest finds unittest's test cases too.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from step import StepError, run, take_environment

# How each runner says how many tests it ran.
_COUNTS = {
    "unittest": re.compile(r"^Ran (\d+) tests?", re.MULTILINE),
    "pytest": re.compile(r"(\d+) (?:passed|failed|errors?|skipped|xfailed|xpassed)\b"),
}

# Of unittest since Python 3.12, and of pytest: no test was found.
_NOTHING_FOUND = 5


def main() -> None:
    """Run both, then judge: the results are written whatever they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dags", type=Path, default=Path("dags"), help="importable in the tests")
    parser.add_argument("--tests", type=Path, default=Path("tests"))
    parser.add_argument("--results", type=Path, default=Path("results.json"))
    given = parser.parse_args()
    if not given.tests.is_dir():
        raise StepError(f"There is no folder {given.tests} with tests; write where the tests are.")
    take_environment()
    folder = str(given.tests)
    runs = [
        _run("unittest", ["-m", "unittest", "discover", "--verbose", "-s", folder], given.dags),
        _run("pytest", ["-m", "pytest", "-p", "no:cacheprovider", folder], given.dags),
    ]
    failed = [one["runner"] for one in runs if one["exit_code"] not in (0, _NOTHING_FOUND)]
    count = sum(one["tests"] for one in runs)
    results = {"passed": not failed and count > 0, "runs": runs}
    given.results.write_text(json.dumps(results, indent=2) + "\n")
    if failed:
        raise StepError(f"The tests failed under {' and '.join(failed)}; see {given.results}.")
    if not count:
        raise StepError(f"There is no test in {folder}; write one, named test_*.py.")


def _run(runner: str, arguments: list[str], dags: Path) -> dict[str, Any]:
    path = os.pathsep.join(filter(None, (str(dags.resolve()), os.environ.get("PYTHONPATH"))))
    begun = time.monotonic()
    done = subprocess.run(  # noqa: S603
        [sys.executable, *arguments],
        env=os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(done.stdout, flush=True)
    # pytest's last line has a number for each kind of end; unittest has one number.
    text = done.stdout if runner == "unittest" else done.stdout.rstrip().rpartition("\n")[2]
    return {
        "runner": runner,
        "exit_code": done.returncode,
        "tests": sum(map(int, _COUNTS[runner].findall(text))),
        "seconds": round(time.monotonic() - begun, 2),
    }


if __name__ == "__main__":
    run(main)
