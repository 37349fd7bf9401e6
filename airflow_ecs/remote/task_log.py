"""The log of a remote task, copied into Airflow's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.utils.task_log_fetcher import AwsTaskLogFetcher

if TYPE_CHECKING:
    from collections.abc import Iterator


class TaskLog(AwsTaskLogFetcher):
    """Airflow's own, except that a log which can't be read is a warning and no more."""

    def _get_log_events(self, *token: Any) -> Iterator[Any]:
        try:
            yield from super()._get_log_events(*token)
        except Exception as error:
            self.logger.warning("The task's log can't be read: %s", error)

    def get_last_log_messages(self, number_messages: int) -> list[str]:
        """The last lines; none when they can't be read."""
        try:
            return list(super().get_last_log_messages(number_messages))
        except Exception as error:
            self.logger.warning("The task's log can't be read: %s", error)
            return []
