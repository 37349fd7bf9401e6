"""How two documents differ, in lines that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What the items of a list are called by, where they have a name.
_NAMES = ("name", "containerPath", "containerPort", "type")


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """A line for each value that was added, removed or changed, sorted by its path."""
    old, new = dict(_flat(before, "")), dict(_flat(after, ""))
    lines = []
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            lines.append(f"+ {path}: {new[path]!r}")
        elif path not in new:
            lines.append(f"- {path}: {old[path]!r}")
        elif old[path] != new[path]:
            lines.append(f"~ {path}: {old[path]!r} -> {new[path]!r}")
    return lines


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            key = next((key for key in _NAMES if len(item) > 1 and key in item), None)
            rest = {name: one for name, one in item.items() if name != key}
            yield from _flat(rest, f"{path}[{item[key] if key else number}]")
    else:
        yield path, value
