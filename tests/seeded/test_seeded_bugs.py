"""Every seeded bug is caught by the layers that docs/verification.md names.

`python -m tests.seeded.test_seeded_bugs` prints the table of that page.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.seeded.bugs import BUGS, Bug

PROJECT = Path(__file__).parent.parent.parent

_CHECKED = ("airflow_ecs", "docker", "tests", "__main__.py", "settings.py", "pyproject.toml")

# Deploys the copy in its working directory as `make up` does, without serving it.
_REHEARSAL = """
import sys
from pathlib import Path
from airflow_ecs.rehearsal import linter, rules, stack_config
from airflow_ecs.rehearsal.account import EmulatedAccount
from airflow_ecs.rehearsal.program import run

here, stack = Path.cwd(), sys.argv[1]
config = stack_config.load(here, stack)
with EmulatedAccount.in_process("eu-west-1") as account:
    recording = run(here, cloud=account, project=config.project, stack=stack,
                    config=config.values, secret_keys=config.secret_keys)
findings = [text for declared in recording.resources for text in linter.findings(declared)]
findings += rules.violations(recording)
print(*findings, sep="\\n")
sys.exit(bool(findings))
"""


def rehearse(copy: Path, bug: Bug) -> subprocess.CompletedProcess[str]:
    return _python(copy, "-c", _REHEARSAL, bug.stack)


def run_tests(copy: Path) -> subprocess.CompletedProcess[str]:
    return _python(
        copy, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "tests/unit", "tests/components"
    )


def _python(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, capture_output=True, text=True, check=False
    )


def seed(bug: Bug | None, folder: Path) -> Path:
    """A copy of the project with the bug in it."""
    copy = folder / "copy"
    copy.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", ".hypothesis")
    for name in (*_CHECKED, *(path.name for path in PROJECT.glob("Pulumi*.yaml"))):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=ignored)
        else:
            shutil.copy(source, copy / name)
    if bug is not None:
        file = copy / "airflow_ecs" / bug.file
        file.write_text(file.read_text().replace(bug.old, bug.new))
    return copy


@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_a_bug_still_has_a_place(bug: Bug) -> None:
    assert bug.old in (PROJECT / "airflow_ecs" / bug.file).read_text()


@pytest.mark.slow
@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_a_seeded_bug_is_caught(bug: Bug, tmp_path: Path) -> None:
    copy = seed(bug, tmp_path)
    if "rehearsal" in bug.caught_by:
        run = rehearse(copy, bug)
        assert run.returncode != 0, "the rehearsal let it pass"
    else:
        run = run_tests(copy)
        assert run.returncode == 1, "the tests let it pass"


@pytest.mark.slow
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_what_has_no_bug_passes_the_rehearsal(stack: str, tmp_path: Path) -> None:
    sound = Bug(name="none", file="", old="", new="", caught_by=frozenset(), stack=stack)
    run = rehearse(seed(None, tmp_path), sound)
    assert run.returncode == 0, run.stdout + run.stderr


def main() -> None:
    """Seed each bug, ask both layers, and print who caught it and what was said."""
    print("| seeded bug | tests | rehearsal | what the rehearsal says |")
    print("|---|---|---|---|")
    for bug in BUGS:
        with tempfile.TemporaryDirectory() as folder:
            copy = seed(bug, Path(folder))
            by_tests, by_rehearsal = run_tests(copy), rehearse(copy, bug)
        said = (by_rehearsal.stdout.strip() or by_rehearsal.stderr.strip()).splitlines()
        caught = by_rehearsal.returncode != 0
        print(
            f"| {bug.name} | {'yes' if by_tests.returncode == 1 else 'no'} "
            f"| {'yes' if caught else 'no'} | {said[-1] if caught and said else ''} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
