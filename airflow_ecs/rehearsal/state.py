"""What is remembered of a rehearsal between two commands."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.background import Background
from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """One rehearsal: the processes behind it, and what was deployed to it.

    `account` serves the emulated AWS and `agent` runs the services; `pages` tell where their web
    pages are on this machine, by the hosts that were deployed, and `introspection` where the
    agent tells about itself. `deployed` is false while the deployment is under way. `outputs`
    hold no secret. `sources` tell what the program and its configuration were: a file's path and
    the hash of its content.
    """

    project: str
    stack: str
    region: str
    endpoint: str
    account: Background
    agent: Background | None = None
    balancer_port: int | None = None
    introspection: str | None = None
    pages: Mapping[str, str] = field(default_factory=dict)
    deployed: bool = False
    outputs: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_up(self) -> bool:
        """Whether everything that was started still runs."""
        return self.deployed and all(process.is_running for process in self._processes)

    def end(self) -> None:
        """End the processes: the agent, with all it runs, before the account that it looks at."""
        for process in self._processes:
            process.end()

    @property
    def _processes(self) -> list[Background]:
        return [process for process in (self.agent, self.account) if process is not None]

    def changed_sources(self) -> list[str]:
        """The files that are not what they were."""
        return [path for path, known in self.sources.items() if _digest(Path(path)) != known]


class StateFolder:
    """`.airflow-ecs/<stack>` in the project: the state, the log, the lock."""

    def __init__(self, project_directory: Path, stack: str) -> None:
        if Path(stack).name != stack:
            message = f'"{stack}" is no stack name; write one without a slash, such as "dev".'
            raise RehearsalError(message)
        self.path = project_directory.resolve() / ".airflow-ecs" / stack
        self._file = self.path / "state.json"

    @property
    def log(self) -> Path:
        """What the background process says."""
        return self.path / "log"

    def read(self) -> State | None:
        """The state, or None when there is none."""
        try:
            return _state(json.loads(self._file.read_text()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            message = f"{self._file} is damaged; end what still runs, and remove the file."
            raise RehearsalError(message) from None

    def write(self, state: State) -> None:
        """Replace the state in one step, so that nobody reads half of it."""
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(state), indent=2) + "\n")
        partial.replace(self._file)

    def forget(self) -> None:
        """Remove the state; the log stays."""
        self._file.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold off other commands on this stack; the lock dies with the process."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path.parent / ".gitignore").write_text("*\n")
        with (self.path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = f"another command works on {self.path} now; wait for it to end."
                raise RehearsalError(message) from None
            yield


def _state(fields: dict[str, Any]) -> State:
    agent = fields.pop("agent", None)
    return State(
        **fields | {"account": Background(**fields["account"])},
        agent=Background(**agent) if agent else None,
    )


def digests(files: Iterable[Path]) -> dict[str, str]:
    """Each file's path and the hash of its content."""
    return {os.fspath(file): _digest(file) for file in files}


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
