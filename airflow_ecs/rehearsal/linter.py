"""Compares what was declared with the SDK's types, where the SDK itself does not look.

The SDK checks the arguments of a resource, but nothing inside a nested dict: an unknown or
missing key, or a value of the wrong type, goes to the provider as it is.
"""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Awaitable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

import pulumi

from airflow_ecs.rehearsal import sdk
from airflow_ecs.rehearsal.declared import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared

# What an Output turns into where it is formatted into a string.
_FORMATTED_OUTPUT = "Calling __str__ on an Output"

_NAMES = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}


def findings(declared: Declared) -> list[str]:
    """One sentence for each input that the resource's type does not take."""
    cls = sdk.resource_class(declared.type)
    arguments = sdk.arguments_class(cls) if cls else None
    problems = [*_formatted_outputs(declared.inputs, "")]
    if arguments is not None:
        problems += _check(declared.inputs, arguments, "")
    return [f'{declared.type} "{declared.name}": {problem}' for problem in problems]


def _check(value: Any, type_: Any, path: str) -> Iterator[str]:
    """The problems of one value; `path` is the property it is the value of."""
    type_ = sdk.plain_type(type_)
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    if value is UNKNOWN or type_ is Any:
        return
    if origin in (typing.Union, types.UnionType):
        yield from _check_union(value, arguments, path)
    elif sdk.is_input_class(type_):
        yield from _check_object(value, type_, path)
    elif origin in (list, Sequence):
        if not isinstance(value, list):
            yield f"{path} must be a list, not {_kind(value)}."
            return
        for number, item in enumerate(value):
            yield from _check(item, arguments[0], f"{path}[{number}]")
    elif origin in (dict, Mapping):
        if not isinstance(value, dict):
            yield f"{path} must be a map, not {_kind(value)}."
            return
        for key, item in value.items():
            yield from _check(item, arguments[1], f'{path}["{key}"]')
    elif isinstance(type_, type):
        yield from _check_scalar(value, type_, path)


def _check_object(value: Any, type_: type, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} must be an object, not {_kind(value)}."
        return
    known = sdk.input_types(type_)
    names = sdk.python_names(type_)
    for key in sorted(value.keys() - known.keys()):
        close = difflib.get_close_matches(key, [*names.values(), *known], n=1)
        takes = f"it takes {', '.join(sorted(names.values()))}."
        hint = f"did you mean {close[0]}?" if close else takes
        yield f"{_join(path, key)} is no property of it; {hint}"
    for key in sorted(sdk.required(type_) - value.keys()):
        yield f"{_join(path, names[key])} is missing; it must be given."
    for key, item in value.items():
        if key in known:
            yield from _check(item, known[key], _join(path, names[key]))


def _check_union(value: Any, members: Sequence[Any], path: str) -> Iterator[str]:
    problems: list[str] = []
    for member in members:
        if not _is_wrapper(member):
            found = list(_check(value, member, path))
            if not found:
                return
            problems = problems or found
    yield from problems


def _check_scalar(value: Any, type_: type, path: str) -> Iterator[str]:
    if issubclass(type_, Enum):
        allowed = [member.value for member in type_]
        if value not in allowed:
            yield f"{path} must be one of {', '.join(map(str, allowed))}."
    elif issubclass(type_, pulumi.Asset | pulumi.Archive):
        if not isinstance(value, dict):
            yield f"{path} must be an asset or archive, not {_kind(value)}."
    elif type_ in _NAMES:
        accepted = (int, float) if type_ is float else (type_,)
        if type(value) not in accepted:
            yield f"{path} must be {_NAMES[type_]}, not {_kind(value)}."


def _is_wrapper(member: Any) -> bool:
    """Whether a member of a union is there for Python's sake, and never goes on the wire."""
    origin = typing.get_origin(member)
    return (
        origin in (Awaitable, pulumi.Output)
        or member in (pulumi.Output, type(None))
        or typing.is_typeddict(member)
        or isinstance(member, typing.ForwardRef)
    )


def _formatted_outputs(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str) and _FORMATTED_OUTPUT in value:
        yield (
            f"{path} has an Output formatted into a string; "
            f"use pulumi.Output.concat, format or apply."
        )
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _formatted_outputs(item, _join(path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _formatted_outputs(item, f"{path}[{number}]")


def _kind(value: Any) -> str:
    """What a value is, without telling it: it may be a secret."""
    if isinstance(value, dict | list):
        return "a map" if isinstance(value, dict) else "a list"
    return _NAMES.get(type(value), "nothing")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
