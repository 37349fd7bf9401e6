"""What goes wrong with `airflow-ecs tasks`."""

from __future__ import annotations


class TasksError(RuntimeError):
    """The command can't do what it was asked; the message says what to write instead."""
