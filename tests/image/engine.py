"""A Docker engine: the one that is running, or one of the tests' own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# The first client that builds with BuildKit only where the plug-in buildx is installed.
_NEEDS_BUILDX = 23


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """A client, and the engine it speaks to."""

    client: str
    host: str | None

    def docker(
        self, *arguments: str, environment: Mapping[str, str] | None = None, check: bool = True
    ) -> str:
        """Run the client, and return all that it printed; fail the test where it fails."""
        own = {"DOCKER_HOST": self.host} if self.host else {}
        done = subprocess.run(
            [self.client, *arguments],
            env={**os.environ, **own, "DOCKER_BUILDKIT": "1", **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if check and done.returncode:
            pytest.fail(f"docker {arguments[0]} failed:\n{done.stdout[-3000:]}", pytrace=False)
        return done.stdout.strip()

    def answers(self) -> bool:
        """Whether an engine is there at all."""
        return self.docker("version", "--format", "{{.Server.Os}}", check=False) == "linux"


@contextmanager
def engine(folder: Path) -> Iterator[Engine]:
    """An engine for the time of the block; without one, the test is skipped with the reason."""
    client = _client()
    if client is None:
        pytest.skip("no Docker client that builds with BuildKit is installed")
    running = Engine(client=client, host=None)
    if running.answers():
        yield running
        return
    daemon = shutil.which("dockerd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if daemon is None or os.geteuid() != 0:
        pytest.skip("no Docker engine is running, and only root with dockerd can start one")
    with _own(client, daemon, folder) as own:
        yield own


@contextmanager
def _own(client: str, daemon: str, folder: Path) -> Iterator[Engine]:
    own = Engine(client=client, host=f"unix://{folder}/docker.sock")
    roots = ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/run"]
    # The tests make the one network they need; this machine keeps no bridge and no rule.
    nothing_else = ["--bridge", "none", "--iptables=false", "--ip6tables=false"]
    with (folder / "dockerd.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(daemon, "--host", own.host or "", "--pidfile", f"{folder}/docker.pid"),
                *(*roots, *nothing_else),
            ],
            stdout=log,
            stderr=log,
            # Ctrl-C is the tests': they end it once its containers are gone.
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 30
        while not own.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                said = (folder / "dockerd.log").read_text().splitlines()[-1:]
                pytest.skip(f"dockerd does not start on this machine: {said}")
            time.sleep(0.2)
        yield own
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder / "data", ignore_errors=True)


def _client() -> str | None:
    for folder in os.environ["PATH"].split(os.pathsep):
        client = shutil.which("docker", path=folder)
        if client and _builds(client):
            return client
    return None


def _builds(client: str) -> bool:
    version = _said(client, "version", "--format", "{{.Client.Version}}").partition(".")[0]
    return (version.isdigit() and int(version) < _NEEDS_BUILDX) or bool(
        _said(client, "buildx", "version")
    )


def _said(*command: str) -> str:
    # The version of a client is printed even where no engine answers it.
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()
