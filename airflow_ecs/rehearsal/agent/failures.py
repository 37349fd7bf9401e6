"""Why a task did not start, in ECS's own words."""

from __future__ import annotations


class TaskFailedToStartError(Exception):
    """Becomes the task's `stoppedReason`; `container` is the one that it concerns, if one."""

    def __init__(self, reason: str, container: str | None = None) -> None:
        super().__init__(reason)
        self.container = container
