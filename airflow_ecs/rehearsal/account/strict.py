"""Makes botocore check what its models know and it doesn't: enumerations, lengths, patterns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ParamValidationError
from botocore.model import ListShape, MapShape, StructureShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    import botocore.session
    from botocore.model import OperationModel, Shape


def install(session: botocore.session.Session) -> None:
    """Check every request of the session's clients."""
    # Last: botocore's own handlers first trim what AWS would refuse ("/hostedzone/Z1").
    session.get_component("event_emitter").register_last("before-parameter-build", _check)


def _check(params: dict[str, Any], model: OperationModel, **_: Any) -> None:
    if model.input_shape is None:
        return
    problems = list(_problems(params, model.input_shape, model.name))
    if problems:
        raise ParamValidationError(report="; ".join(problems))


def _problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """A sentence for each value that the model of the API forbids."""
    # A value of the wrong type is for botocore's own check, which comes after this one.
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for key, inner in value.items():
            if key in shape.members:
                yield from _problems(inner, shape.members[key], f"{path}.{key}")
    elif isinstance(shape, ListShape) and isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _problems(inner, shape.member, f"{path}[{number}]")
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        for key, inner in value.items():
            yield from _problems(key, shape.key, f"{path} key")
            yield from _problems(inner, shape.value, f"{path}[{key!r}]")
    yield from _own(value, shape, path)


def _own(value: Any, shape: Shape, path: str) -> Iterator[str]:
    facts = shape.metadata
    if "enum" in facts and isinstance(value, str) and value not in facts["enum"]:
        yield f"{path} is {value!r}; write one of {', '.join(map(str, facts['enum']))}"
    size = value if isinstance(value, int | float) else None
    if isinstance(value, str | list | tuple | dict | bytes):
        size = len(value)
    if "max" in facts and size is not None and size > facts["max"]:
        yield f"{path} is {_short(value)}, and at most {facts['max']} is allowed"
    if "pattern" in facts and isinstance(value, str) and not _matches(facts["pattern"], value):
        yield f"{path} is {_short(value)}, which does not match {facts['pattern']}"


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    except re.error:
        # A few patterns are written in Java's dialect.
        return True


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
