"""Starts and ends the processes that outlive a command: the emulated account, and the agent."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Seconds. Starting takes about one; a loaded machine may need many more.
_START_TIMEOUT = 60.0
_KILL_TIMEOUT = 5.0
_POLL = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Background:
    """A process that outlives its command: `token` is in no other's command line.

    `patience` is how many seconds it may take to end by itself.
    """

    pid: int
    token: str
    patience: float = 5.0

    @property
    def is_running(self) -> bool:
        """Whether it still runs, and is not another one with the same number."""
        return is_running(self.pid, self.token)

    def end(self) -> None:
        """End this very process and wait for it; fine when it is gone already."""
        for sign, patience in (
            (signal.SIGTERM, self.patience),
            (signal.SIGKILL, _KILL_TIMEOUT),
        ):
            deadline = time.monotonic() + patience
            if not self.is_running:
                return
            os.kill(self.pid, sign)
            while self.is_running and time.monotonic() < deadline:
                time.sleep(_POLL)


def is_running(pid: int, token: str) -> bool:
    """Whether a process has this number and this text in its command line."""
    return token in _command_line(pid)


def start(
    log: Path, module: str, arguments: Sequence[str], *, patience: float = 5.0
) -> tuple[Background, dict[str, Any]]:
    """Start a module that outlives this process and says all to `log`; wait until it is ready.

    It is given `--ready-file`, into which it writes what there is to know of it as JSON.
    """
    token = secrets.token_hex(8)
    ready_file = log.with_name(f"ready-{token}.json")
    command = [sys.executable, "-m", module, *arguments, "--ready-file", os.fspath(ready_file)]
    with log.open("ab") as said:
        process = subprocess.Popen(  # noqa: S603
            command,
            # Python looks for modules here first: nothing of the user's project is taken.
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        facts = _wait_until_ready(process, ready_file, log, module)
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        ready_file.unlink(missing_ok=True)
    return Background(pid=process.pid, token=token, patience=patience), facts


def _wait_until_ready(
    process: subprocess.Popen[bytes], ready_file: Path, log: Path, module: str
) -> dict[str, Any]:
    deadline = time.monotonic() + _START_TIMEOUT
    while not ready_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            last = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
            message = f"{module} did not start. The end of {log}:\n{last}"
            raise RehearsalError(message)
        time.sleep(_POLL)
    facts: dict[str, Any] = json.loads(ready_file.read_text())
    return facts


def _command_line(pid: int) -> str:
    """The command line of a running process; empty when it has ended."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except OSError:
            return ""
    listed = subprocess.run(  # noqa: S603
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout
