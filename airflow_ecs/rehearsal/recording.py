"""What one run of a program declared, and what the cloud made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from airflow_ecs.rehearsal.declared import Created, Declared


@dataclass(kw_only=True, slots=True)
class Recording:
    """The resources of one run in order of registration, and what came out of it.

    `created` holds, by URN, what each custom or remote resource answered, stand-ins for
    unanswered properties included. `component_outputs` holds what components registered, by
    URN. `outputs` are the stack's; `secret_outputs` names those that hold a secret. `messages`
    are what the program said (`pulumi.info`, `pulumi.warn`), as severity and text. `sources`
    are the program's own Python files. `looked_up` are the ARNs of what it did not make.
    """

    root: str = ""
    resources: list[Declared] = field(default_factory=list)
    created: dict[str, Created] = field(default_factory=dict)
    component_outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    secret_outputs: frozenset[str] = frozenset()
    messages: list[tuple[str, str]] = field(default_factory=list)
    sources: tuple[Path, ...] = ()
    looked_up: set[str] = field(default_factory=set)

    def of(self, type_: str) -> list[Declared]:
        """The resources of one type, such as `aws:ecs/service:Service`."""
        return [declared for declared in self.resources if declared.type == type_]

    def one(self, type_: str, name: str) -> Declared:
        """The resource of this type and name; a `LookupError` says which there are."""
        found = [declared for declared in self.of(type_) if declared.name == name]
        if len(found) != 1:
            names = ", ".join(declared.name for declared in self.of(type_)) or "none"
            count = "more than one" if found else "no"
            message = f'there is {count} {type_} named "{name}"; of that type there are: {names}'
            raise LookupError(message)
        return found[0]

    def children(self, urn: str) -> list[Declared]:
        """The resources whose parent has this URN; `root` is the stack's own."""
        return [declared for declared in self.resources if declared.parent == urn]
