"""Ends what an agent has left behind: processes are on record while they run.

Each container's process is a session of its own, on record as a file that is named after its
id, and holds the time of its start and a variable that all which comes from it inherits. As a
script, `leftovers.py FOLDER`, it waits until its standard input ends, as it does however the
agent ends, and then clears the folder. Standard library only, for an isolated Python.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

_PROC = Path("/proc/self/stat").exists()


def record(folder: Path, pid: int, mark: str) -> None:
    """Put a process on record; `mark` is a part of its environment that no other has."""
    (folder / str(pid)).write_text(f"{_started(pid)}\n{mark}")


def forget(folder: Path, pid: int) -> None:
    """Take a process off the record."""
    (folder / str(pid)).unlink(missing_ok=True)


def clear(folder: Path) -> None:
    """Kill whatever is on record and still runs."""
    for file in folder.iterdir():
        if file.name.isdigit():
            started, _, mark = file.read_text().partition("\n")
            # A number that has another process now is none of ours; one that has none may
            # still be the session of what its process has left.
            if _started(int(file.name)) in (None, started):
                kill_session(int(file.name), mark)
            file.unlink(missing_ok=True)


def kill_session(session: int, mark: str) -> None:
    """Kill all processes of a session, and all others that have its mark.

    The end of a container's first process ends whatever else is in the container.
    """
    for _ in range(5):
        members = _members(session, mark)
        for pid in members:
            _kill(pid)
        if not members:
            break
    # Where there is no /proc, the process group is all that is known.
    if not _PROC:
        _kill(-session)


def _members(session: int, mark: str) -> list[int]:
    variable = f"{mark}\0".encode()
    found = []
    for entry in os.scandir("/proc") if _PROC else ():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        fields = _stat(int(entry.name))
        if fields is None or fields[0] == "Z":
            continue
        if int(fields[3]) == session or variable in _environment(entry.path):
            found.append(int(entry.name))
    return found


def _kill(pid: int) -> None:
    try:
        if pid < 0:
            os.killpg(-pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _environment(process: str) -> bytes:
    try:
        with open(f"{process}/environ", "rb") as file:
            return file.read()
    except OSError:
        return b""


def _started(pid: int) -> str | None:
    """When a process was started, in whatever words; None when it doesn't run."""
    if _PROC:
        fields = _stat(pid)
        return None if fields is None else fields[19]
    asked = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    return listed.stdout.strip() or None


def _stat(pid: int) -> list[str] | None:
    """What follows the name in /proc/PID/stat: state, parent, group, session and so on."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


if __name__ == "__main__":
    sys.stdin.buffer.read()
    clear(Path(sys.argv[1]))
