"""What a program registers, and what a cloud answers: the one interface of the rehearsal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Unknown:
    """The type of `UNKNOWN`: a value that only a real deployment can give."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN = Unknown()


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """One resource, as the program registered it.

    `inputs` are plain camelCase values: secrets unwrapped, whole numbers as int, a value
    that a preview can't know as `UNKNOWN`, an asset as a map with `path`, `text`, `uri` or
    `assets`, a resource as its id. `secrets` names the top-level inputs that hold
    a secret anywhere. `dependencies` are the URNs it waits for, explicit or by property.
    """

    type: str
    name: str
    urn: str
    custom: bool
    remote: bool
    parent: str
    inputs: Mapping[str, Any]
    secrets: frozenset[str] = frozenset()
    dependencies: frozenset[str] = frozenset()
    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    ignore_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    provider: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Created:
    """What a cloud answers to a registration: the physical id and the output properties.

    `outputs` holds computed properties only, camelCase; the runner adds the inputs to them.
    """

    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict)


class Cloud(Protocol):
    """Answers for the provider: creates what is registered, and looks up what is asked for."""

    def create(self, declared: Declared) -> Created:
        """Create one custom or remote resource; raise `RehearsalError` where AWS would refuse."""
        ...

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer one look-up, such as `aws:index/getRegion:getRegion`."""
        ...


class RehearsalError(Exception):
    """A sentence for the user: what was declared, why it can't be, what to write instead."""
