"""How long logs are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import SpecError

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

# What CloudWatch Logs accepts, in days. Source: PutRetentionPolicy.
RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Logs:
    """How long logs are kept, in days: containers' in CloudWatch, tasks' in S3."""

    retention_days: int = 30
    task_retention_days: int = 365


def read_logs(reader: Reader) -> Logs:
    """Both periods."""
    logs = Logs(
        retention_days=read_retention(reader),
        task_retention_days=reader.integer(
            "task_retention_days", Logs.task_retention_days, at_least=1
        ),
    )
    reader.finish()
    return logs


def read_retention(reader: Reader) -> int:
    """Days in CloudWatch, one of the periods that it offers."""
    days = reader.integer("retention_days", Logs.retention_days, at_least=1)
    if days not in RETENTION_DAYS:
        raise SpecError(
            f"{reader.path('retention_days')} is {days}, which CloudWatch does not "
            f"offer; write one of {', '.join(map(str, RETENTION_DAYS))}."
        )
    return days
