"""What every deployment is called and tagged with, and what it hands on to DAG code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airflow_ecs.naming import Naming, first_exceeded, is_label
from airflow_ecs.spec.reading import Given, SpecError, is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from airflow_ecs.naming import Limit
    from airflow_ecs.spec.reading import Reader

_VALUE_KEY = re.compile(r"[A-Za-z0-9_.-]+")


def read_naming(name: str, reader: Reader, limits: Callable[[Naming], Iterable[Limit]]) -> Naming:
    """The names of a deployment, none of them over the limits of what it consists of."""
    environment = reader.text("environment", hint="a short name for this deployment, such as dev")
    for what, text in (("The component's name", name), ("environment", environment)):
        if not is_label(text):
            raise SpecError(
                f"{what} is {text!r}, which AWS does not take in every name; "
                "write lower-case letters, digits and single hyphens, starting with a letter."
            )
    naming = Naming(name=name, environment=environment)
    limit = first_exceeded(limits(naming))
    if limit is not None:
        raise SpecError(
            f"The component's name {name!r} and environment {environment!r} make the name of "
            f"{limit.what} {limit.length} characters long, and AWS takes {limit.characters}; "
            f"write a name that is {limit.length - limit.characters} shorter."
        )
    return naming


def read_values(reader: Reader) -> tuple[dict[str, Given], dict[str, Given]]:
    """The plain and the secret values for DAG code, which share one space of names."""
    values, secret_values = _values(reader, "values"), _values(reader, "secret_values")
    twice = sorted(set(values) & set(secret_values))
    if twice:
        raise SpecError(
            f"values.{twice[0]} and secret_values.{twice[0]} have the same name; "
            "write it in one of the two."
        )
    return values, secret_values


def _values(reader: Reader, key: str) -> dict[str, Given]:
    values = reader.mapping(key)
    for name, value in values.items():
        path = f"{reader.path(key)}.{name}"
        if not _VALUE_KEY.fullmatch(name):
            raise SpecError(
                f"{path} can't be the name of a parameter; "
                "write letters, digits, dots, hyphens and underscores."
            )
        if is_known(value) and (not isinstance(value, str) or not value):
            raise SpecError(
                f"{path} is {value!r}; write a text that is not empty, "
                "in quotes where it is a number."
            )
    return values


def read_tags(reader: Reader) -> dict[str, Given]:
    """Tags for every resource."""
    tags = reader.mapping("tags")
    for key, value in tags.items():
        path = f"{reader.path('tags')}.{key}"
        if key.lower().startswith("aws:"):
            raise SpecError(f"{path} starts with aws:, which AWS keeps for itself; write another.")
        if is_known(value) and not isinstance(value, str):
            raise SpecError(f"{path} is {value!r}; write a text, in quotes where it is a number.")
    return tags
