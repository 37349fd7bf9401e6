"""What database and broker both have: kinds, versions, and types of AWS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import SpecError, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow_ecs.spec.reading import Reader


def only_of_kind(
    reader: Reader, kind: str, keys: Mapping[str, Sequence[str]], *, choice: str = "kind"
) -> None:
    """Refuse the settings of the other kinds; `keys` are those of each, `choice` chooses one."""
    for key in sorted({key for of_kind in keys.values() for key in of_kind}):
        if key in keys[kind]:
            continue
        if reader.has(key):
            kinds = [other for other, known in keys.items() if key in known]
            raise SpecError(
                f"{reader.path(key)} has no meaning for {reader.path(choice)} {kind}; "
                f"leave it out, or write {reader.path(choice)}: {listed(kinds)}."
            )
        # Known, so that a misspelt key finds its nearest name.
        reader.given(key)


def type_name(reader: Reader, key: str, default: str, prefix: str) -> str:
    """A type of instance or node, such as db.t4g.micro."""
    value = reader.text(key, default, hint=f"a type such as {default}")
    if re.fullmatch(rf"{re.escape(prefix)}[a-z0-9-]+\.[a-z0-9]+", value):
        return value
    raise SpecError(
        f"{reader.path(key)} is {value!r}, which is not a type of AWS; write one such as {default}."
    )


def version(reader: Reader, default: str) -> str:
    """A version, whole or in part; a YAML number such as 17 or 8.0 is meant as one."""
    value = reader.given("version")
    text = default if value is None else str(value)
    if not re.fullmatch(r"\d+(\.\d+)*", text):
        raise SpecError(
            f"{reader.path('version')} is {value!r}, which is not a version; write {default!r}."
        )
    return text
