"""Which operation of a REST service a method and a path are."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import OperationModel, ServiceModel


def operation(
    model: ServiceModel,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
) -> tuple[str, dict[str, str]]:
    """The operation's name, with what path, query and headers give it; "" when none fits.

    Several share a method and a path, as PutObject, UploadPart and CopyObject do: the one that
    asks for most of what is there is meant.
    """
    best, name, parameters = -1, "", dict[str, str]()
    for one in _of_method(model, method):
        found = one.path.fullmatch(path)
        asked = one.query.items() <= query.items()
        needed = one.needed_query <= query.keys() and one.needed_headers <= headers.keys()
        specific = len(one.query) + len(one.needed_query) + len(one.needed_headers)
        if found and asked and needed and specific > best:
            best, name = specific, one.name
            parameters = {key: unquote(value) for key, value in found.groupdict().items()}
            parameters |= {member: query[key] for key, member in one.from_query if key in query}
            parameters |= {m: headers[key] for key, m in one.from_headers if key in headers}
    return name, parameters


class _Template:
    """How one operation looks as a request."""

    def __init__(self, model: OperationModel) -> None:
        self.name: str = model.name
        path, _, query = model.http["requestUri"].partition("?")
        pieces = re.split(r"\{(\w+)(\+?)\}", path)
        # Text, name, plus, text, name, plus, …
        text = re.escape(pieces[0])
        for member, greedy, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            text += f"(?P<{member}>{'.+' if greedy else '[^/]+'}){re.escape(after)}"
        self.path = re.compile(text + ("" if text.endswith("/") else "/?"))
        self.query = dict(parse_qsl(query, keep_blank_values=True))
        self.from_query = [*_members(model, "querystring")]
        self.from_headers = [(key.lower(), member) for key, member in _members(model, "header")]
        required = set(model.input_shape.required_members if model.input_shape else ())
        self.needed_query = {key for key, member in self.from_query if member in required}
        self.needed_headers = {key for key, member in self.from_headers if member in required}


def _members(model: OperationModel, location: str) -> Iterator[tuple[str, str]]:
    members = model.input_shape.members if model.input_shape else {}
    for member, shape in members.items():
        if shape.serialization.get("location") == location:
            yield shape.serialization["name"], member


@cache
def _of_method(model: ServiceModel, method: str) -> list[_Template]:
    operations = (model.operation_model(name) for name in sorted(model.operation_names))
    return [_Template(one) for one in operations if one.http["method"] == method]
