"""A server that runs as a child process, and never twice."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal import background
from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from airflow_ecs.rehearsal.standins.account import Account

# Seconds. Starting takes about 0.1, recovery a few; a loaded machine may need many more.
_START_TIMEOUT = 60.0
_STOP_TIMEOUT = 10.0
_POLL = 0.02

_RECORD = "process.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Running:
    """A process, and the folder of its socket, whose name no other command line has."""

    pid: int
    sockets: str
    stop_signal: int


class ServerProcess:
    """Starts and stops one server, whose command line must name a path in `sockets`.

    `folder` keeps its log, and remembers it for when nobody could stop it. `sockets` is there
    while it runs.
    """

    def __init__(self, name: str, folder: Path, stop_signal: signal.Signals) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "log"
        # Not in the folder: a socket's path has at most 107 bytes (104 on macOS).
        self.sockets = Path(tempfile.gettempdir()) / f"airflow-ecs-{secrets.token_hex(8)}"
        self._name = name
        self._folder = folder
        self._stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    def start(
        self,
        command: Sequence[str],
        *,
        is_ready: Callable[[int], bool],
        account: Account | None = None,
        configuration: str = "",
    ) -> None:
        """Run the command as that account, and wait until the process of that id is ready.

        `configuration` goes to its standard input, which nobody else can read.
        """
        self._make_sockets(account)
        # A file without a name, whose reader need not be waited for.
        with self.log.open("ab") as log, tempfile.TemporaryFile() as standard_input:
            standard_input.write(configuration.encode())
            standard_input.seek(0)
            self._process = process = subprocess.Popen(  # noqa: S603
                command,
                cwd="/",
                stdin=standard_input,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        self._remember(process.pid)
        deadline = time.monotonic() + _START_TIMEOUT
        while not is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                last = "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])
                raise RehearsalError(f"{self._name} did not start. The end of {self.log}:\n{last}")
            time.sleep(_POLL)

    def stop(self) -> None:
        """Ask it to end, and make it; fine when it has ended."""
        if self._process is not None:
            self._process.send_signal(self._stop_signal)
            try:
                self._process.wait(_STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        end_left_over(self._folder)

    def wait(self) -> None:
        """Return once it has ended."""
        if self._process is not None:
            self._process.wait()

    @property
    def pid(self) -> int | None:
        """The running process's number; None when it does not run."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    def _make_sockets(self, account: Account | None) -> None:
        self.sockets.mkdir(mode=0o700)
        if account is not None:
            os.chown(self.sockets, account.uid, account.gid)

    def _remember(self, pid: int) -> None:
        running = _Running(pid=pid, sockets=os.fspath(self.sockets), stop_signal=self._stop_signal)
        partial = self._folder / f"{_RECORD}.partial"
        partial.write_text(json.dumps(asdict(running)))
        partial.replace(self._folder / _RECORD)


def end_left_over(folder: Path) -> None:
    """End the servers below a folder that outlived the process which started them."""
    for record in folder.glob(f"**/{_RECORD}"):
        running = _Running(**json.loads(record.read_text()))
        for sign in (running.stop_signal, signal.SIGKILL):
            if background.is_running(running.pid, running.sockets):
                os.kill(running.pid, sign)
                _wait_for_end(running)
        shutil.rmtree(running.sockets, ignore_errors=True)
        record.unlink()


def _wait_for_end(running: _Running) -> None:
    deadline = time.monotonic() + _STOP_TIMEOUT
    while background.is_running(running.pid, running.sockets) and time.monotonic() < deadline:
        time.sleep(_POLL)
