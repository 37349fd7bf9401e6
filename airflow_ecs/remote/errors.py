"""What goes wrong with remote tasks; each message says what to write instead."""

from __future__ import annotations


class RemoteTaskError(ValueError):
    """A remote task can't be what its DAG asks for."""


class RegistrationError(RuntimeError):
    """ECS did not take a task definition, or the lock on its family could not be had."""
