"""Runs the database migration as one Fargate task, and waits for its end.

This file alone is the Lambda function that `pulumi up` calls before it changes a service:
what it raises is the error that the update stops with.
"""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)

POLL = 3.0
"""Seconds between two looks at the task."""

RESERVE = 60_000
"""Milliseconds before Lambda's own end at which to give up waiting, with a sentence."""

PATIENCE = 180_000
"""Milliseconds for which a refusal that passes by itself is tried again. New roles and
policies are known everywhere within a minute or two."""

LOG_LINES = 40
"""How many of the last log lines an error shows."""

PASSING_CODES = ("ThrottlingException", "ServerException")
PASSING_REASONS = (
    "unable to assume the role",
    "Capacity is unavailable",
    # The execution role is known, but not yet all that it may read.
    "ResourceInitializationError",
)


class MigrationError(Exception):
    """The migration did not end well; says what happened and what to do."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, str]:
    """Run the migration that `event` describes, unless it is under way: then wait for it.

    The event has `cluster`, `task_definition` (its ARN), `container`, `network` (an
    awsvpcConfiguration), `capacity_providers` (a strategy), `started_by` (the same for every
    migration of one cluster), `log_group`, `log_stream_prefix`, and perhaps `tags`.

    Raises:
        MigrationError: the task failed, could not start, or is still running when the
            function's time is up.
    """
    migration = Migration(
        event,
        ecs=boto3.client("ecs"),
        logs=boto3.client("logs"),
        request=context.aws_request_id,
        remaining=context.get_remaining_time_in_millis,
    )
    return {"task": migration.run()}


class Migration:
    """One call of the function. `remaining` is its only clock: milliseconds until its end."""

    def __init__(
        self,
        event: Mapping[str, Any],
        *,
        ecs: Any,
        logs: Any,
        request: str,
        remaining: Callable[[], int],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.event = event
        self.ecs = ecs
        self.logs = logs
        self.request = request
        self.remaining = remaining
        self.sleep = sleep
        self.answers = 0
        self.refusals = 0
        self.impatient_at = 0

    def run(self) -> str:
        """Return the ARN of the task that has migrated the database."""
        for task in self.under_way():
            log.info("Waiting for %s, which is under way.", task)
            stopped = self.wait(task)
            if stopped["taskDefinitionArn"] == self.event["task_definition"]:
                self.check(stopped)
                return task
            # An older image was migrating: two migrations at once are what must not be.

        self.impatient_at = self.remaining() - PATIENCE
        while True:
            task = self.start()
            log.info("Started %s.", task)
            stopped = self.wait(task)
            if not self.tries_again(stopped.get("stoppedReason", "")):
                self.check(stopped)
                return task

    def under_way(self) -> list[str]:
        """Return the migrations of this cluster that have not stopped."""
        found = self.ecs.list_tasks(
            cluster=self.event["cluster"], startedBy=self.event["started_by"]
        )
        arns: list[str] = found["taskArns"]
        return arns

    def start(self) -> str:
        """Start the task, and return its ARN."""
        while True:
            # A request that is repeated because its answer got lost starts no second task.
            token = f"{self.request}-{self.answers}"
            try:
                answer = self.ecs.run_task(
                    cluster=self.event["cluster"],
                    taskDefinition=self.event["task_definition"],
                    networkConfiguration={"awsvpcConfiguration": self.event["network"]},
                    capacityProviderStrategy=self.event["capacity_providers"],
                    startedBy=self.event["started_by"],
                    clientToken=token,
                    tags=[
                        {"key": key, "value": value}
                        for key, value in self.event.get("tags", {}).items()
                    ],
                )
            except ClientError as error:
                code, refusal = error.response["Error"]["Code"], str(error)
                if not self.tries_again(refusal, passes=code in PASSING_CODES):
                    raise MigrationError(f"The migration could not start: {refusal}") from None
                continue
            self.answers += 1
            if answer["tasks"]:
                arn: str = answer["tasks"][0]["taskArn"]
                return arn
            refusal = "; ".join(
                f"{failure.get('reason', 'no reason given')} {failure.get('detail', '')}".strip()
                for failure in answer["failures"]
            )
            if not self.tries_again(refusal):
                raise MigrationError(f"The migration could not start: {refusal}.")

    def tries_again(self, refusal: str, *, passes: bool = False) -> bool:
        """Whether a refusal passes by itself and there is time left; sleeps first, if so."""
        passes = passes or any(reason in refusal for reason in PASSING_REASONS)
        if not passes or self.remaining() < max(self.impatient_at, RESERVE):
            return False
        log.info("Trying again: %s", refusal)
        self.refusals += 1
        # Jitter needs no secrecy.
        self.sleep(random.uniform(1, min(20, 2**self.refusals)))  # noqa: S311
        return True

    def wait(self, task: str) -> dict[str, Any]:
        """Return the description of the task once it has stopped."""
        while True:
            described = self.ecs.describe_tasks(cluster=self.event["cluster"], tasks=[task])
            # A task that has only just started may not be found yet.
            for found in described["tasks"]:
                if found["lastStatus"] == "STOPPED":
                    stopped: dict[str, Any] = found
                    return stopped
            if self.remaining() < RESERVE:
                raise MigrationError(
                    f"The migration is still running, as task {_id(task)}; nothing else has "
                    "changed. Run `pulumi up` again: it goes on waiting for the same task."
                )
            self.sleep(POLL)

    def check(self, stopped: Mapping[str, Any]) -> None:
        """Raise unless the container of the stopped task ended with code 0."""
        name = self.event["container"]
        containers = {found["name"]: found for found in stopped.get("containers", [])}
        container: dict[str, Any] = containers.get(name, {})
        code = container.get("exitCode")
        if code == 0:
            return
        ended = "never started" if code is None else f"ended with code {code}"
        reasons = [stopped.get("stoppedReason"), container.get("reason")]
        said = ". ".join(reason.rstrip(".") for reason in reasons if reason) or "No reason given"
        raise MigrationError(
            f"The migration failed: its container {ended}, and no service was changed. {said}. "
            f"{self.log_tail(stopped['taskArn'])}"
        )

    def log_tail(self, task: str) -> str:
        """Return the task's last log lines, in a sentence that says where the others are."""
        group = self.event["log_group"]
        stream = f"{self.event['log_stream_prefix']}/{self.event['container']}/{_id(task)}"
        lines: list[str] = []
        # The last lines come some seconds after the end.
        for pause in (0.0, 2.0, 5.0):
            self.sleep(pause)
            try:
                events = self.logs.get_log_events(
                    logGroupName=group, logStreamName=stream, limit=LOG_LINES
                )["events"]
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    return f"Its log could not be read: {error}"
                continue
            lines = [event["message"] for event in events]
            if lines:
                break
        if not lines:
            return f"It has written no log ({group}, {stream})."
        return f"The end of its log ({group}, {stream}):\n" + "\n".join(lines)


def _id(task: str) -> str:
    return task.rsplit("/", 1)[-1]
