"""Starts and ends the process that serves the emulated account."""

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
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.state import StateFolder

_SERVER = "airflow_ecs.rehearsal.account.server"

# Seconds. Starting takes about one; a loaded machine may need many more.
_START_TIMEOUT = 60.0
_STOP_TIMEOUT = 5.0
_POLL = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """A serving process: `token` is a part of its command line that no other has."""

    endpoint: str
    pid: int
    token: str


def start(folder: StateFolder, region: str) -> Served:
    """Start a process that outlives this one, and wait until it serves."""
    token = secrets.token_hex(8)
    ready_file = folder.path / f"ready-{token}.json"
    command = [sys.executable, "-m", _SERVER, "--port", "0", "--region", region]
    command += ["--ready-file", os.fspath(ready_file)]
    with folder.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            command,
            # Python looks for modules here first: nothing of the user's project is taken.
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        port = _wait_until_ready(process, ready_file, folder.log)
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        ready_file.unlink(missing_ok=True)
    return Served(endpoint=f"http://127.0.0.1:{port}", pid=process.pid, token=token)


def is_running(pid: int, token: str) -> bool:
    """Whether the process still runs, and is not another one with the same number."""
    return token in _command_line(pid)


def end(pid: int, token: str) -> None:
    """End this very process and wait for it; fine when it is gone already."""
    for sign, patience in ((signal.SIGTERM, _STOP_TIMEOUT), (signal.SIGKILL, _STOP_TIMEOUT)):
        deadline = time.monotonic() + patience
        if not is_running(pid, token):
            return
        os.kill(pid, sign)
        while is_running(pid, token) and time.monotonic() < deadline:
            time.sleep(_POLL)


def _wait_until_ready(process: subprocess.Popen[bytes], ready_file: Path, log: Path) -> int:
    deadline = time.monotonic() + _START_TIMEOUT
    while not ready_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            last = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
            message = f"the emulated account did not start. The end of {log}:\n{last}"
            raise RehearsalError(message)
        time.sleep(_POLL)
    return int(json.loads(ready_file.read_text())["port"])


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
