"""Every seeded bug is caught by the layers that docs/verification.md names.

`python -m tests.seeded.test_seeded_bugs` prints the table of that page.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.seeded.bugs import BUGS, Bug

PROJECT = Path(__file__).parent.parent.parent

# One bug for each stack that is rehearsed.
STACKS = {f"{bug.stack} {json.dumps(bug.settings)}": bug for bug in BUGS}

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


def seed(bug: Bug, folder: Path) -> Path:
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
    file = copy / "airflow_ecs" / bug.file
    file.write_text(file.read_text().replace(bug.old, bug.new))
    stack = copy / f"Pulumi.{bug.stack}.yaml"
    content = yaml.safe_load(stack.read_text())
    content["config"] |= {f"airflow:{key}": value for key, value in bug.settings.items()}
    stack.write_text(yaml.safe_dump(content))
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
        # Findings are printed; what ends the deployment is a sentence, and no error of ours.
        assert run.stdout or "RehearsalError" in run.stderr.splitlines()[-1], run.stderr
    else:
        run = run_tests(copy)
        assert run.returncode == 1, "the tests let it pass"


@pytest.mark.slow
@pytest.mark.parametrize("bug", STACKS.values(), ids=STACKS)
def test_what_has_no_bug_passes_the_rehearsal(bug: Bug, tmp_path: Path) -> None:
    sound = replace(bug, new=bug.old)
    run = rehearse(seed(sound, tmp_path), sound)
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
