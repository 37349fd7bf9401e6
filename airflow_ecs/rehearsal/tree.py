"""Draws what a program declared as a tree, short enough to read."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.recording import Recording


def render(recording: Recording, *, title: str, width: int = 100) -> str:
    """Components as branches, and below each its resources, a line or more for each type."""
    return "\n".join([title, *_branch(recording, recording.root, [], width)])


def counts(recording: Recording) -> str:
    """How many resources of each type, the most frequent first."""
    types = Counter(short_type(declared.type) for declared in _resources(recording))
    ordered = sorted(types.items(), key=lambda item: (-item[1], item[0]))
    return "\n".join(f"{number:5}  {name}" for name, number in ordered)


def size(recording: Recording) -> int:
    """How many resources there are, components not counted."""
    return len(_resources(recording))


def summary(recording: Recording) -> str:
    """Such as `150 resources in 14 components`."""
    resources = size(recording)
    components = len(recording.resources) - resources
    return f"{_plural(resources, 'resource')} in {_plural(components, 'component')}"


def short_type(token: str) -> str:
    """`aws:ecs/service:Service` as `ecs.Service`, and other packages with their name."""
    package, module, name = token.split(":")
    module = module.partition("/")[0]
    parts = [package] if package != "aws" else []
    parts += [module] if module not in ("index", package) else []
    return ".".join([*parts, name])


def _resources(recording: Recording) -> list[Declared]:
    return [one for one in recording.resources if one.custom or one.remote]


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _branch(recording: Recording, urn: str, ancestors: Sequence[str], width: int) -> Iterator[str]:
    children = recording.children(urn)
    parents = {declared.parent for declared in recording.resources}
    is_leaf = {one.urn: (one.custom or one.remote) and one.urn not in parents for one in children}
    groups: dict[str, list[str]] = {}
    for one in children:
        if is_leaf[one.urn]:
            groups.setdefault(short_type(one.type), []).append(_short_name(one.name, ancestors))
    branches = [one for one in children if not is_leaf[one.urn]]
    blocks = [
        *_leaves(groups, width),
        *(_subtree(recording, one, ancestors, width) for one in branches),
    ]
    for number, block in enumerate(blocks, start=1):
        last = number == len(blocks)
        for line_number, line in enumerate(block):
            lead = ("└─ " if last else "├─ ") if line_number == 0 else ("   " if last else "│  ")
            yield lead + line


def _subtree(
    recording: Recording, declared: Declared, ancestors: Sequence[str], width: int
) -> list[str]:
    kind = short_type(declared.type) if declared.custom else declared.type.rpartition(":")[2]
    inside = [declared.name, *ancestors]
    return [
        f"{kind} {_short_name(declared.name, ancestors)}",
        *_branch(recording, declared.urn, inside, width - 3),
    ]


def _leaves(groups: dict[str, list[str]], width: int) -> Iterator[list[str]]:
    labels = {
        type_: type_ if len(names) == 1 else f"{type_} x{len(names)}"
        for type_, names in groups.items()
    }
    column = max(map(len, labels.values()), default=0) + 2
    for type_, names in groups.items():
        first = labels[type_].ljust(column)
        yield textwrap.wrap(
            ", ".join(names),
            # A deep branch on a narrow terminal still gets some room.
            width=max(width - 3, column + 20),
            initial_indent=first,
            subsequent_indent=" " * column,
            break_on_hyphens=False,
            break_long_words=False,
        )


def _short_name(name: str, ancestors: Sequence[str]) -> str:
    """The name without that of the closest component it begins with."""
    for ancestor in ancestors:
        if name.startswith(f"{ancestor}-"):
            return name.removeprefix(f"{ancestor}-")
    return name
