"""Mistakes in a Compose file, and where they are."""

from __future__ import annotations

from airflow_ecs.remote.errors import RemoteTaskError


class ComposeError(RemoteTaskError):
    """A Compose file is broken, or asks for what a remote task can't be.

    `place` is the path of keys, such as `services.load.image`.
    """

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(f"{place} {sentence}")
