"""A Python environment with what an image holds: made from the pins of its build context."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from airflow_ecs.rehearsal.recording import Recording

IMAGE = "docker:index/image:Image"

# The build argument that names the pins, and its default, in docker/Dockerfile.
_ARGUMENT, _DEFAULT = "REQUIREMENTS", "docker/requirements.txt"

_READY = ".ready"


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildContext:
    """The folder that an image is built from, and the pins in it."""

    folder: Path
    requirements: Path

    @property
    def fingerprint(self) -> str:
        """New when the pins or this Python are: what an environment is made of."""
        version = ".".join(map(str, sys.version_info[:3]))
        content = self.requirements.read_bytes() + version.encode()
        return hashlib.sha256(content).hexdigest()[:16]


def build_context(recording: Recording, project: Path) -> BuildContext | None:
    """The context of the one image that a program builds from pins; None when there is none."""
    for declared in recording.of(IMAGE):
        build: Mapping[str, object] = declared.inputs.get("build") or {}
        folder = project / str(build.get("context", "."))
        arguments = build.get("args")
        named = arguments.get(_ARGUMENT, _DEFAULT) if isinstance(arguments, dict) else _DEFAULT
        requirements = folder / str(named)
        if requirements.is_file():
            return BuildContext(folder=folder.resolve(), requirements=requirements)
    return None


def environment(context: BuildContext, below: Path, say: Callable[[str], object]) -> Path:
    """The environment of a context, below a folder; made when it is not there yet.

    Raises:
        RehearsalError: pip could not install the pins, with its last lines.
    """
    folder = below / context.fingerprint
    below.mkdir(parents=True, exist_ok=True)
    with (below / "lock").open("w") as lock:
        # Two stacks of one project share it; the second waits for the first to make it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / _READY).exists():
            _make(folder, context, say)
    return folder


def _make(folder: Path, context: BuildContext, say: Callable[[str], object]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    say("making a Python environment from the image's pins (once; some minutes)")
    _run([sys.executable, "-m", "venv", str(folder)], "make a virtual environment")
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    _run(
        [*pip, "--no-deps", "--require-hashes", "-r", str(context.requirements)],
        f"install the pins of {context.requirements}",
    )
    say("compiling it, as the image does")
    # Without bytecode each first start of a process compiles Airflow.
    compiled = [python, "-m", "compileall", "-q", "-j", "0", str(folder / "lib")]
    subprocess.run(compiled, check=False, capture_output=True)  # noqa: S603
    (folder / _READY).touch()


def _run(command: list[str], purpose: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise RehearsalError(f"Python could not {purpose}:\n{last}")
