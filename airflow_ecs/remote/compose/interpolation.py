"""Variables in a Compose file: `$NAME`, `${NAME}`, and the forms with a default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from airflow_ecs.remote.compose.errors import ComposeError

_VARIABLE = re.compile(
    r"\$(?:(?P<dollar>\$)"
    r"|(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<how>:?[-?+])(?P<other>[^{}]*))?\}"
    r"|(?P<broken>))",
    re.ASCII,
)


def interpolated(value: Any, place: str, variables: Mapping[str, str]) -> Any:
    """A value of the file with all variables in its texts replaced."""
    if isinstance(value, Mapping):
        return {key: interpolated(item, f"{place}.{key}", variables) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolated(item, place, variables) for item in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _replaced(match, place, variables), value)
    return value


def _replaced(match: re.Match[str], place: str, variables: Mapping[str, str]) -> str:
    if match["dollar"]:
        return "$"
    name, how, other = match["plain"] or match["name"], match["how"] or "", match["other"] or ""
    if name is None:
        raise ComposeError(
            place, "has a dollar sign that starts no variable; write ${NAME}, or $$ for a dollar."
        )
    # With a colon, an empty value counts as none.
    value = variables.get(name) or None if how.startswith(":") else variables.get(name)
    if how.endswith("-"):
        return other if value is None else value
    if how.endswith("+"):
        return "" if value is None else other
    if value is None:
        said = f" ({other})" if other else ""
        raise ComposeError(
            place,
            f"names the variable {name}, which has no value{said}; write it in `variables`, "
            f"or a default in the file: ${{{name}:-…}}.",
        )
    return value
