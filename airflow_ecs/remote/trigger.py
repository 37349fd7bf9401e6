"""Waits for a remote task in the triggerer."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.ecs import EcsHook
from airflow.providers.amazon.aws.triggers.ecs import TaskDoneTrigger
from airflow.triggers.base import TriggerEvent

from airflow_ecs.remote.retries import is_unanswered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class RemoteTaskTrigger(TaskDoneTrigger):
    """Airflow's own, with an end to its waiting, and without failing for want of a log.

    `deadline` is in seconds since the epoch: it holds when another triggerer takes over.
    """

    def __init__(self, *, deadline: float | None = None, **waiting: Any) -> None:
        super().__init__(**waiting)
        self.deadline = deadline
        self._read_up_to: str | None = None

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """As Airflow keeps it."""
        path, waiting = super().serialize()
        return path, {**waiting, "deadline": self.deadline}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """One event: the task has ended, or its time has."""
        left = None if self.deadline is None else max(0, self.deadline - time.time())
        event = TriggerEvent(
            {"status": "timeout", "task_arn": self.task_arn, "cluster": self.cluster}
        )
        try:
            async with asyncio.timeout(left) as limit:
                event = await self._end()
        except TimeoutError:
            # One of the network's own is an error like others.
            if not limit.expired():
                raise
        yield event

    async def _end(self) -> TriggerEvent:
        while True:
            try:
                # On past its event: it reads the last of the log after that.
                (event,) = [one async for one in super().run()]
            except Exception as error:
                # It looks for the task in an answer that has none, and stumbles over that.
                cause = error.__context__ or error
                if not is_unanswered(cause):
                    raise
                self.log.warning("Again in %s s: %s", self.waiter_delay, cause)
                await asyncio.sleep(self.waiter_delay)
            else:
                return event

    async def on_kill(self) -> None:
        """Stop the task when a user clears it or marks it; since Airflow 3.3."""
        hook = EcsHook(
            aws_conn_id=self.aws_conn_id,
            region_name=self.region_name,
            verify=self.verify,
            config=self.botocore_config,
        )
        async with await hook.get_async_conn() as ecs:
            await ecs.stop_task(
                cluster=self.cluster, task=self.task_arn, reason="Stopped by a user of Airflow"
            )

    async def _forward_logs(self, logs_client: Any, next_token: str | None = None) -> str | None:
        # Who waits anew begins with no token, and the lines before are told already.
        read = next_token or self._read_up_to
        try:
            self._read_up_to = await super()._forward_logs(logs_client, read)
        except Exception as error:
            self.log.warning("The task's log can't be read: %s", error)
            self._read_up_to = read
        return self._read_up_to
