"""A stack's outputs, without their secrets: for people, and for scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.declared import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_ecs.rehearsal.recording import Recording

SECRET = "[secret]"  # noqa: S105


def masked(recording: Recording) -> dict[str, Any]:
    """The outputs as they may be shown and stored: each secret one is `[secret]`."""
    return {
        name: SECRET if name in recording.secret_outputs else _shown(value)
        for name, value in recording.outputs.items()
    }


def render(outputs: Mapping[str, Any]) -> str:
    """One line for each value, names in a column, maps indented below their name."""
    return "\n".join(_lines(outputs, "  "))


def _lines(outputs: Mapping[str, Any], indent: str) -> Iterator[str]:
    column = max((len(name) for name in outputs), default=0) + 2
    for name, value in outputs.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{name}"
            yield from _lines(value, indent + "  ")
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield f"{indent}{name.ljust(column)}{text}"


def _shown(value: Any) -> Any:
    if value is UNKNOWN:
        return "[known after up]"
    if isinstance(value, dict):
        return {name: _shown(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return value
