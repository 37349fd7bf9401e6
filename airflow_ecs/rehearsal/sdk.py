"""The Pulumi SDK's own classes, asked what a resource type takes and gives.

A class is looked up only after the program has made one of its kind, so its module is loaded:
the SDK loads its modules lazily, and doing so from two threads at once breaks them.
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from functools import cache
from typing import Any

from pulumi import Output, Resource, _types
from pulumi.runtime import rpc


@cache
def resource_class(token: str) -> type | None:
    """The class of `aws:ecs/service:Service` and its like, or None for one without an SDK."""
    package, _, rest = token.partition(":")
    module_name, _, _ = rest.rpartition(":")
    module = rpc.get_resource_module(package, module_name, "")
    info = getattr(module, "mod_info", None)
    if info is None or token not in info["classes"]:
        return None
    found = getattr(sys.modules[info["fqn"]], info["classes"][token], None)
    return found if isinstance(found, type) else None


@cache
def arguments_class(resource: type) -> type | None:
    """The `…Args` class of a resource class.

    Where a resource has a nested type of the same name (`s3.BucketVersioning`), the SDK calls
    its arguments `…InitArgs`.
    """
    module = sys.modules[resource.__module__]
    for suffix in ("InitArgs", "Args"):
        found = getattr(module, resource.__name__ + suffix, None)
        if isinstance(found, type) and _types.is_input_type(found):
            return found
    return None


@cache
def input_types(arguments: type) -> dict[str, Any]:
    """The property types of an `…Args` class, by the name on the wire."""
    return dict(_types.input_type_types(arguments))


@cache
def python_names(arguments: type) -> dict[str, str]:
    """The Python name of each property of an `…Args` class, by the name on the wire."""
    names = _types.input_type_py_to_pulumi_names(arguments)
    return {wire: python for python, wire in names.items()}


@cache
def required(arguments: type) -> frozenset[str]:
    """The properties of an `…Args` class that must be given, by the name on the wire."""
    names = _types.input_type_py_to_pulumi_names(arguments)
    return frozenset(
        names[name]
        for name, parameter in inspect.signature(arguments).parameters.items()
        if parameter.default is parameter.empty and name in names
    )


@cache
def promised_outputs(cls: type) -> dict[str, Any]:
    """The properties that a resource or output class always has, by the name on the wire.

    What the SDK declares `Optional` may be absent after a deployment too. Outputs that are
    resources themselves are left out: only a provider can make those.
    """
    names = _types.resource_pulumi_to_py_names(cls)
    promised = {}
    for wire, python in names.items():
        member = getattr(cls, python, None)
        if wire in ("id", "urn") or not isinstance(member, property):
            continue
        namespace = vars(sys.modules[cls.__module__])
        hint = typing.get_type_hints(member.fget, globalns=namespace).get("return")
        if typing.get_origin(hint) is Output:
            (hint,) = typing.get_args(hint)
        if hint is not None and not _is_optional(hint) and not _holds_resource(hint):
            promised[wire] = hint
    return promised


def is_input_class(type_: Any) -> bool:
    """Whether the type is an `…Args` class, nested ones included."""
    return isinstance(type_, type) and bool(_types.is_input_type(type_))


def is_output_class(type_: Any) -> bool:
    """Whether the type is a nested output class."""
    return isinstance(type_, type) and bool(_types.is_output_type(type_))


def plain_type(type_: Any) -> Any:
    """`Optional[Input[T]]` and its like as `T`."""
    return _types.unwrap_type(type_)


def _is_optional(hint: Any) -> bool:
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return union and type(None) in typing.get_args(hint)


def _holds_resource(hint: Any) -> bool:
    if isinstance(hint, type):
        return issubclass(hint, Resource)
    return any(_holds_resource(part) for part in typing.get_args(hint))
