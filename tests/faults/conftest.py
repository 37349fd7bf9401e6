"""One running rehearsal for all tests of this folder, which was interrupted before it came up."""

from __future__ import annotations

import signal
import socket
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from tests.rehearsed import Rehearsed

if TYPE_CHECKING:
    from collections.abc import Iterator

# What `up` says when it has begun to deploy, is about to migrate, and waits for the services.
MOMENTS = ("[  1/", "[100/", "starting the services")

# Airflow takes five minutes by default to give up a task whose worker is silent.
IMPATIENT = {
    "scheduler": {
        "task_instance_heartbeat_timeout": 15,
        "task_instance_heartbeat_timeout_detection_interval": 5,
    }
}


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """A copy of the project that nothing runs from yet."""
    folder = Rehearsed.copied_to(tmp_path_factory.mktemp("airflow"))
    folder.configure(airflow_config=IMPATIENT)
    return folder


@pytest.fixture(scope="package")
def interruptions(folder: Rehearsed) -> dict[str, tuple[int, dict[int, str]]]:
    """Interrupt `up` at each moment: its exit code, and the processes that it has left."""
    return {moment: _interrupt(folder, moment) for moment in MOMENTS}


@pytest.fixture(scope="package")
def taken_port(interruptions: object) -> Iterator[int]:
    """Port 8080, taken by somebody."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            listener.bind(("127.0.0.1", 8080))
            listener.listen()
        yield 8080


@pytest.fixture(scope="package")
def rehearsed(folder: Rehearsed, taken_port: int) -> Iterator[Rehearsed]:
    """The project, up after all that; afterwards down, with no process left."""
    with folder.running():
        yield folder


def _interrupt(folder: Rehearsed, moment: str) -> tuple[int, dict[int, str]]:
    up = folder.begin()
    assert up.stderr is not None
    with up, closing(up.stderr):
        said = ""
        while moment not in said:
            letter = up.stderr.read(1)
            assert letter, f'"{moment}" is never said: {said}'
            said += letter
        up.send_signal(signal.SIGINT)
        up.stderr.read()
    return up.returncode, folder.processes()
