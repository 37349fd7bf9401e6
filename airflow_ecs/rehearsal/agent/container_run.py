"""One container, from its start to its end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.agent import health
from airflow_ecs.rehearsal.agent.environment import variables
from airflow_ecs.rehearsal.agent.failures import TaskFailedToStartError
from airflow_ecs.rehearsal.agent.paths import localize
from airflow_ecs.rehearsal.agent.process import Process

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from airflow_ecs.rehearsal.agent.definition import Container
    from airflow_ecs.rehearsal.agent.images import Image
    from airflow_ecs.rehearsal.agent.logs import Log
    from airflow_ecs.rehearsal.agent.place import Place

# Seconds for the last of what a container has said, once all its processes are gone.
_LAST_WORDS = 5.0


class ContainerRun:
    """A container's process with its log and its health check.

    `ended` is called once, when the process and all that came from it are gone, and the log is
    complete. `healthy` is called with each new health, and what the check has said.
    """

    def __init__(
        self,
        container: Container,
        image: Image,
        secrets: Mapping[str, str],
        place: Place,
        *,
        log: Log,
        records: Path,
        ended: Callable[[ContainerRun], None],
        healthy: Callable[[ContainerRun, str, str], None],
    ) -> None:
        self.container = container
        self.exit_code: int | None = None
        self._place = place
        self._log = log
        self._ended = ended
        self._healthy = healthy
        self._environment = variables(container, secrets, image, place)
        self._folder = place.folder
        self._stopped = threading.Event()
        self._killer: threading.Timer | None = None
        _furnish(image, place)
        entry_point = container.entry_point or image.entry_point
        # As Docker does: who changes the entry point has no use for the image's command.
        command = container.command or (() if container.entry_point else image.command)
        words = [localize(word, place.paths) for word in (*entry_point, *command)]
        try:
            self._process = Process(
                words,
                environment=self._environment,
                folder=self._folder,
                records=records,
                mark=f"TMPDIR={self._environment['TMPDIR']}",
            )
        except (OSError, IndexError) as error:
            log.close()
            message = f"CannotStartContainerError: {container.name} can't run {words}: {error}"
            raise TaskFailedToStartError(message, container.name) from error
        self._watcher = threading.Thread(target=self._watch, name=container.name, daemon=True)
        self._watcher.start()
        if container.health_check is not None:
            threading.Thread(
                target=self._check, name=f"{container.name} health", daemon=True
            ).start()

    @property
    def runtime_id(self) -> str:
        """The id of the process, where Docker would have that of a container."""
        return str(self._process.pid)

    def stop(self) -> None:
        """SIGTERM now, and SIGKILL to all of it after the stop timeout."""
        self._process.terminate()
        self._killer = threading.Timer(self.container.stop_timeout, self._process.kill)
        self._killer.daemon = True
        self._killer.start()

    def join(self) -> None:
        """Wait until it has ended."""
        self._watcher.join()

    def _watch(self) -> None:
        pump = threading.Thread(target=self._log.pump, args=(self._process.output,), daemon=True)
        pump.start()
        self.exit_code = self._process.wait()
        self._stopped.set()
        if self._killer is not None:
            self._killer.cancel()
        self._process.kill()
        pump.join(_LAST_WORDS)
        self._log.close()
        self._ended(self)

    def _check(self) -> None:
        check = self.container.health_check
        assert check is not None  # noqa: S101 - this thread is started for one
        words = [localize(word, self._place.paths) for word in health.words(check)]

        def tell(status: str, said: str) -> None:
            self._log.note(f"[health check] {status}{': ' if said else ''}{said}")
            self._healthy(self, status, said)

        health.watch(
            check, words, self._environment, self._folder, stopped=self._stopped, tell=tell
        )


def _furnish(image: Image, place: Place) -> None:
    """Make the folders that an image has."""
    place.temporary.mkdir(parents=True, exist_ok=True)
    if image.context is not None:
        home = place.folder / "airflow"
        home.mkdir(exist_ok=True)
        (home / "dags").symlink_to(image.context / "docker" / "dags")
