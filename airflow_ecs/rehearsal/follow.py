"""`airflow-ecs logs`: prints what one service says."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import IO, TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.service_logs import ServiceLogs
from airflow_ecs.rehearsal.state import StateFolder

if TYPE_CHECKING:
    from pathlib import Path

# Seconds between two looks at the file.
_PAUSE = 0.3


def logs(project_directory: Path, stack: str, service: str, *, follow: bool = False) -> None:
    """Print a service's log; with `follow`, go on until Ctrl-C or until the stack is down.

    `worker` means `airflow-dev-worker`. The log of a stack that is down can be read too.

    Raises:
        RehearsalError: no service has such a name, or several have.
    """
    folder = StateFolder(project_directory, stack)
    kept = ServiceLogs(folder.path)
    name = _only(kept, service, stack)
    try:
        with kept.file(name).open("rb") as file:
            _copy(file)
            while follow and _is_up(folder):
                time.sleep(_PAUSE)
                _copy(file)
    except KeyboardInterrupt:
        return
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` has; Python would complain of it on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _only(kept: ServiceLogs, service: str, stack: str) -> str:
    names = kept.names()
    if not names:
        raise RehearsalError(f"{stack} has no logs; start its services with rehearse.")
    match kept.find(service):
        case [name]:
            return name
        case []:
            known = ", ".join(names)
            raise RehearsalError(
                f"nothing that is called {service!r} has written a log yet; these have: {known}."
            )
        case several:
            raise RehearsalError(f"{service!r} may be {' or '.join(several)}; write which.")


def _copy(file: IO[bytes]) -> None:
    shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _is_up(folder: StateFolder) -> bool:
    state = folder.read()
    return state is not None and state.agent is not None and state.agent.is_running
