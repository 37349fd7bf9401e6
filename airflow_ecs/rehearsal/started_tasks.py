"""The tasks of ECS that Airflow's ECS executor starts, one for each of Airflow's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import ecs_api

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StartedTasks:
    """All tasks of one family, by clients of ECS and of CloudWatch Logs."""

    ecs: Any
    logs: Any
    cluster: str
    family: str

    def addresses(self) -> list[str]:
        """Where each of them runs, or has run."""
        return [
            address
            for status in ("RUNNING", "STOPPED")
            for address in ecs_api.addresses(
                ecs_api.tasks(self.ecs, self.cluster, family=self.family, desiredStatus=status)
            )
        ]

    @property
    def log_group(self) -> str:
        """Where they print."""
        described = self.ecs.describe_task_definition(taskDefinition=self.family)
        (container,) = described["taskDefinition"]["containerDefinitions"]
        return str(container["logConfiguration"]["options"]["awslogs-group"])

    def have_said(self, text: str, since: datetime) -> bool:
        """Whether one of them has printed a line with this text."""
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=self.log_group, startTime=int(since.timestamp() * 1000)
        )
        return any(text in event["message"] for page in pages for event in page["events"])
