"""Stand-ins for the computed properties that a cloud left open."""

from __future__ import annotations

import typing
from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceType
from enum import Enum
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import sdk

if TYPE_CHECKING:
    from collections.abc import Collection

    from airflow_ecs.rehearsal.declared import Declared

# What stands for a number: easy to recognise, and a valid port.
NUMBER = 4242


def unanswered(declared: Declared, given: Collection[str]) -> dict[str, Any]:
    """Stand-ins for the properties that the SDK promises and nobody has given.

    They are the same in each run, of the promised type, and say what they stand for:
    `placeholder-<resource>-<property>`.
    """
    cls = sdk.resource_class(declared.type)
    if cls is None:
        return {}
    promised = sdk.promised_outputs(cls)
    return {
        name: _stand_in(type_, f"placeholder-{declared.name}-{name}")
        for name, type_ in promised.items()
        if name not in given
    }


def _stand_in(type_: Any, text: str) -> Any:
    type_ = sdk.plain_type(type_)
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    if origin in (list, SequenceType):
        return [_stand_in(arguments[0], text)]
    if origin in (dict, MappingType):
        return {"placeholder": _stand_in(arguments[1], text)}
    if origin is not None:
        return _stand_in(arguments[0], text)
    if sdk.is_output_class(type_):
        promised = sdk.promised_outputs(type_)
        return {name: _stand_in(inner, f"{text}-{name}") for name, inner in promised.items()}
    if isinstance(type_, type) and issubclass(type_, Enum):
        return next(iter(type_)).value
    return {int: NUMBER, float: float(NUMBER), bool: False}.get(type_, text)
