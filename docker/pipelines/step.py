"""What the steps of the pipelines share: how one ends, and which files of a folder count."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class StepError(Exception):
    """What happened and what it means, as a sentence for whoever reads the build's log."""


def run(step: Callable[[], None]) -> None:
    """Run a step; what stops it is printed as a sentence, and ends the process with code 1."""
    try:
        step()
    except StepError as error:
        sys.exit(str(error))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS did not do what this step needs, and nothing more was done: {error}")


def take_environment() -> None:
    """Give this process the variables that DAGs have where they are deployed.

    A build hands them on as one object of JSON, so that its own tools do not take them for theirs.
    """
    os.environ |= json.loads(os.environ.pop("DAG_ENVIRONMENT", "{}"))


def released_files(folder: Path) -> list[Path]:
    """The files of a folder that are released: neither hidden nor bytecode; never none."""
    files = [
        path for path in folder.rglob("*") if path.is_file() and _counts(path.relative_to(folder))
    ]
    if not files:
        raise StepError(f"There is no file in {folder}; a release would take all DAGs away.")
    return sorted(files)


def _counts(path: Path) -> bool:
    """Whether a file counts, by its path below the folder."""
    *folders, name = path.parts
    if "__pycache__" in folders or any(part.startswith(".") for part in folders):
        return False
    # What Airflow shall not parse is told to it by a hidden file.
    return name == ".airflowignore" or not name.startswith(".")
