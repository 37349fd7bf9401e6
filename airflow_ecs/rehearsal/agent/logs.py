"""What a container says: to CloudWatch, as its awslogs options say, and to a plain file."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from airflow_ecs.rehearsal.agent.failures import TaskFailedToStartError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# Seconds for which lines are collected before they are sent.
_PAUSE = 1.0

# The most events and bytes of one request; each event takes 26 bytes more than its text.
_MOST_EVENTS = 10_000
_MOST_BYTES = 1_048_576
_OVERHEAD = 26
# Docker splits a longer line.
_LONGEST_LINE = 16_384


class Log:
    """One container's log.

    `client` gives one that acts as the execution role, whose keys end after an hour; without
    options of awslogs, there is nothing for it to do.
    """

    def __init__(
        self,
        file: Path,
        client: Callable[[str], Any],
        options: Mapping[str, str] | None,
        stream: str,
    ) -> None:
        self._file = file
        self._client = client
        self._where: dict[str, str] = {}
        self._lines: queue.SimpleQueue[tuple[int, str] | None] = queue.SimpleQueue()
        if options is not None:
            prefix = options.get("awslogs-stream-prefix")
            name = f"{prefix}/{stream}" if prefix else stream.rpartition("/")[2]
            self._where = {"logGroupName": options["awslogs-group"], "logStreamName": name}
            self._create_stream(client("logs"), options)
        self._sender = threading.Thread(target=self._send, name=f"log {stream}", daemon=True)
        self._sender.start()

    def pump(self, output: IO[bytes]) -> None:
        """Take all that a process says, until it says no more."""
        with self._file.open("ab") as file:
            for line in iter(lambda: output.readline(_LONGEST_LINE), b""):
                file.write(line if line.endswith(b"\n") else line + b"\n")
                file.flush()
                text = line.decode(errors="replace").rstrip("\r\n")
                self._lines.put((int(time.time() * 1000), text))

    def note(self, text: str) -> None:
        """Write a line of the agent's own into the plain file."""
        with self._file.open("a") as file:
            file.write(f"{text}\n")

    def close(self) -> None:
        """Send what is left, and wait until it is sent."""
        self._lines.put(None)
        self._sender.join()

    def _create_stream(self, logs: Any, options: Mapping[str, str]) -> None:
        try:
            if options.get("awslogs-create-group") == "true":
                self._create_group(logs)
            logs.create_log_stream(**self._where)
        except (ClientError, BotoCoreError) as error:
            message = (
                "ResourceInitializationError: failed to validate logger args: create stream "
                f"{self._where['logStreamName']} in {self._where['logGroupName']}: {error}"
            )
            raise TaskFailedToStartError(message) from error

    def _create_group(self, logs: Any) -> None:
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=self._where["logGroupName"])

    def _send(self) -> None:
        ended = False
        while not ended:
            line = self._lines.get()
            if line is None:
                break
            batch, size = [line], len(line[1].encode()) + _OVERHEAD
            until = time.monotonic() + _PAUSE
            while len(batch) < _MOST_EVENTS and size < _MOST_BYTES - 4 * _LONGEST_LINE:
                try:
                    line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
                except queue.Empty:
                    break
                if line is None:
                    ended = True
                    break
                batch.append(line)
                size += len(line[1].encode()) + _OVERHEAD
            self._put(batch)

    def _put(self, batch: list[tuple[int, str]]) -> None:
        # CloudWatch takes no empty message.
        events = [{"timestamp": when, "message": text} for when, text in batch if text]
        if not self._where or not events:
            return
        try:
            self._client("logs").put_log_events(**self._where, logEvents=events)
        except (ClientError, BotoCoreError, TaskFailedToStartError) as error:
            # As the driver in its non-blocking mode does: the container goes on.
            self.note(f"{len(events)} lines did not reach CloudWatch: {error}")
