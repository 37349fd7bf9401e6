"""What it costs a container's start to install its dependencies then, instead of at the build."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.by_hand import Container, seconds_until_healthy
from bench.measure import Result
from tests.rehearsed import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def results(web: Container) -> Iterator[Result]:
    """How long pip takes, and the web process from its start until its health check passes.

    pip's downloads are in its cache, which a new container's are not.
    """
    built, installed = seconds_until_healthy([web]), _install()
    at_start = installed + built
    yield Result(
        what="`make up` from nothing: install the image's pins, downloads apart",
        value=installed,
        limit=float("inf"),
        unit="s",
        how="once",
    )
    yield Result(
        what="start to healthy with dependencies built in, by those installed at the start",
        value=built / at_start,
        limit=1 / 3,
        unit="x",
        how=f"web, {built:.0f} s by {at_start:.0f} s without downloads",
    )


def _install() -> float:
    """Seconds that pip takes for the image's pins, the second time."""
    with tempfile.TemporaryDirectory() as folder:
        for attempt in ("fill the cache", "measure"):
            target = Path(folder) / attempt.replace(" ", "-")
            begun = time.monotonic()
            _run([sys.executable, "-m", "venv", str(target)])
            pip = [str(target / "bin" / "pip"), "install", "--quiet", "--no-deps"]
            _run([*pip, "--require-hashes", "-r", str(ROOT / "docker" / "requirements.txt")])
            taken = time.monotonic() - begun
            shutil.rmtree(target)
    return taken


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
