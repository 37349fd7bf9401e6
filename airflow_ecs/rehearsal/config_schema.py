"""The configuration that `Pulumi.yaml` declares: types, defaults, and the CLI's check of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import pulumi_yaml
from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_TYPES = ("string", "integer", "boolean", "object", "array")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One declared key. Without a `type` its values are not checked, as in the CLI."""

    key: str
    own: bool
    type: str | None = None
    items: Mapping[str, Any] | None = None
    default: Any = None
    secret: bool = False


def entry(key: str, declared: Any, *, own: bool, file: Path) -> Entry:
    """Read one key of `Pulumi.yaml`; a bare value is short for its default.

    `own` keys are in the project's namespace; the others (`aws:region`) can only give a value.
    """
    if not isinstance(declared, dict):
        return Entry(key=key, own=own, default=declared)
    read = Entry(
        key=key,
        own=own,
        type=declared.get("type"),
        items=declared.get("items"),
        default=declared.get("default", declared.get("value")),
        secret=declared.get("secret") is True,
    )
    problem = _problem(read, declared)
    if problem:
        message = f'{file.name} declares the configuration key "{key}" {problem}'
        raise RehearsalError(message)
    return read


def check(
    schema: Mapping[str, Entry],
    values: Mapping[str, Any],
    *,
    stack: str,
    secret: Collection[str],
    made_up: Collection[str],
) -> dict[str, Any]:
    """The values with the schema's defaults added; a mistake is a `RehearsalError`.

    `secret` are the keys that hold a secret, `made_up` those whose real value is not known.
    The wording of a mistake is the CLI's (pkg/workspace/config.go), so that it can be looked up.
    """
    complete = dict(values)
    missing = []
    for key, declared in schema.items():
        if key in complete:
            continue
        if declared.default is not None:
            complete[key] = declared.default
        elif declared.own:
            missing.append(f"'{declared.key}'")
    if missing:
        message = (
            f"Stack '{stack}' is missing configuration value{'s' * (len(missing) > 1)} "
            f"{', '.join(sorted(missing))}; add {'them' if len(missing) > 1 else 'it'} "
            f"to Pulumi.{stack}.yaml, or give a default in Pulumi.yaml."
        )
        raise RehearsalError(message)
    for key, declared in schema.items():
        if declared.type and key not in made_up:
            _check_value(declared, complete[key], key in secret, stack)
    return complete


def _check_value(declared: Entry, value: Any, is_secret: bool, stack: str) -> None:
    where = f"Stack '{stack}' with configuration key '{declared.key}'"
    if declared.secret and not is_secret:
        message = (
            f"{where} must be encrypted as it's secret; "
            f"set it with `pulumi config set --secret {declared.key}`."
        )
        raise RehearsalError(message)
    # The CLI checks the text of a scalar, so that 512 is a string, an integer, and no boolean.
    content = value if isinstance(value, list | dict | None) else pulumi_yaml.text(value)
    if not _fits(content, declared.type, declared.items):
        name = _type_name(declared.type, declared.items)
        given = "" if is_secret else f"; it is {value!r}"
        message = f"{where} must be of type '{name}'{given}."
        raise RehearsalError(message)


def _problem(read: Entry, declared: Mapping[str, Any]) -> str | None:
    if "default" in declared and "value" in declared:
        return 'with both "default" and "value"; keep one of them.'
    if not read.own:
        if read.type is not None or "default" in declared or "value" not in declared:
            return 'of another namespace; such a key takes a "value" only.'
        return None
    if read.type is not None and read.type not in _TYPES:
        return f"with the type {read.type!r}; write one of {', '.join(_TYPES)}."
    if read.type == "array" and not isinstance(read.items, dict):
        return 'as an array; say of what with "items: {type: string}".'
    if read.type and read.default is not None and not _fits(read.default, read.type, read.items):
        name = _type_name(read.type, read.items)
        return f"with the default {read.default!r}, which is not of type '{name}'."
    return None


def _fits(value: Any, type_: str | None, items: Mapping[str, Any] | None) -> bool:
    match type_:
        case "string":
            return isinstance(value, str)
        case "integer":
            if isinstance(value, str):
                return re.fullmatch(r"[-+]?[0-9]+", value) is not None
            return (isinstance(value, float) and value.is_integer()) or type(value) is int
        case "boolean":
            return isinstance(value, bool) or value in ("true", "false")
        case "object":
            return isinstance(value, dict)
        case _:
            return isinstance(value, list) and all(
                _fits(item, (items or {}).get("type"), (items or {}).get("items")) for item in value
            )


def _type_name(type_: str | None, items: Mapping[str, Any] | None) -> str:
    if items is None:
        return str(type_)
    return f"array<{_type_name(items.get('type'), items.get('items'))}>"
