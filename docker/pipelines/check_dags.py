"""Loads the DAGs as Airflow's DAG processor does, and refuses what would break or burden it.

Every file must import, without a cycle, an id that another file has, or a call over the network:
the processor loads each file again and again. Runs in the image, so that what the DAGs import
is what they will find.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from step import StepError, run, take_environment

if TYPE_CHECKING:
    from collections.abc import Iterator


class CallWhileLoadedError(Exception):
    """A DAG file asked something of another machine while it was loaded."""


def main() -> None:
    """Load all, then say what is wrong with each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dags", type=Path, nargs="?", default=Path("dags"))
    folder = parser.parse_args().dags.resolve()
    if not folder.is_dir():
        raise StepError(f"There is no folder {folder}; write the one that the DAGs are in.")
    take_environment()
    with tempfile.TemporaryDirectory() as home:
        found, problems = _load(folder, home)
    for file, problem in sorted(problems):
        print(f"{file}: {problem}", file=sys.stderr)
    if problems:
        files = len({file for file, _ in problems})
        raise StepError(f"{files} of the DAG files can't be released; see above.")
    if not found:
        raise StepError(f"There is no DAG in {folder}; a release would take all DAGs away.")
    print(f"{len(found)} DAGs load: {', '.join(sorted(found))}")


def _load(folder: Path, home: str) -> tuple[list[str], set[tuple[str, str]]]:
    """The ids of the DAGs, and what is wrong with which file."""
    # Airflow reads these when it is imported, and makes its files in its home.
    os.environ |= {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        # What Airflow would log is in the errors that it collects.
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "CRITICAL",
        # To make a client is no call: without credentials it would look for some on the network.
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:
        from airflow.models.dagbag import DagBag
    with _no_calls(folder) as calls:
        bag = DagBag(dag_folder=str(folder))
    errors = {
        (str(Path(file).resolve().relative_to(folder)), _last_line(error))
        for file, error in bag.import_errors.items()
    }
    # Whether or not a file caught the refusal, the sentence about the call is the better one.
    called = {file for file, _ in calls}
    return list(bag.dags), calls | {error for error in errors if error[0] not in called}


@contextmanager
def _no_calls(folder: Path) -> Iterator[set[tuple[str, str]]]:
    """Refuse and record each call to AWS, or to another host, with the file that made it."""
    from botocore.client import BaseClient

    calls: set[tuple[str, str]] = set()

    def refuse(what: str) -> None:
        frames = reversed(traceback.extract_stack())
        frame = next((one for one in frames if Path(one.filename).is_relative_to(folder)), None)
        # What no file of the user's has called is Airflow's own affair.
        if frame is None:
            return
        file = str(Path(frame.filename).relative_to(folder))
        problem = f"line {frame.lineno} {what} while the file is loaded; do it inside a task."
        calls.add((file, problem))
        raise CallWhileLoadedError(problem)

    def api_call(client: Any, operation: str, *_: Any, **__: Any) -> None:
        refuse(f"calls {client.meta.service_model.service_name}.{operation}")

    resolve, connect = socket.getaddrinfo, socket.socket.connect

    def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
        refuse(f"looks up {host!r}")
        return resolve(host, *rest, **named)

    def connecting(one: socket.socket, address: Any) -> None:
        if one.family in (socket.AF_INET, socket.AF_INET6):
            refuse(f"connects to {address[0]}")
        connect(one, address)

    with (
        mock.patch.object(BaseClient, "_make_api_call", api_call),
        mock.patch("socket.getaddrinfo", getaddrinfo),
        mock.patch.object(socket.socket, "connect", connecting),
    ):
        yield calls


def _last_line(error: str) -> str:
    lines = [line for line in error.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it can't be loaded"


if __name__ == "__main__":
    run(main)
