"""Waits for a remote task in the triggerer."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.ecs import EcsHook
from airflow.providers.amazon.aws.triggers.ecs import TaskDoneTrigger
from airflow.triggers.base import TriggerEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class RemoteTaskTrigger(TaskDoneTrigger):
    """Airflow's own, with an end to its waiting, and without failing for want of a log.

    `deadline` is in seconds since the epoch: it holds when another triggerer takes over.
    """

    def __init__(self, *, deadline: float | None = None, **waiting: Any) -> None:
        super().__init__(**waiting)
        self.deadline = deadline

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
                event = await anext(super().run())
        except TimeoutError:
            # One of the network's own is an error like others.
            if not limit.expired():
                raise
        yield event

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
        try:
            token: str | None = await super()._forward_logs(logs_client, next_token)
        except Exception as error:
            self.log.warning("The task's log can't be read: %s", error)
            return next_token
        return token
