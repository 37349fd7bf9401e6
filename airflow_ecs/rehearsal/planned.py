"""A preview's cloud: it looks things up, and creates nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.declared import Cloud, Declared


class Planned:
    """Answers look-ups through another cloud; what would be created stays unknown."""

    def __init__(self, look_ups: Cloud) -> None:
        self._look_ups = look_ups

    def create(self, declared: Declared) -> Created:
        """Leave the id and every computed property unknown."""
        return Created(id="")

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer from the other cloud."""
        return self._look_ups.invoke(token, arguments)
