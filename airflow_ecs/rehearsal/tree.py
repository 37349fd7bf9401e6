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
    """A type without what everybody knows: `ecs.Service`, `random.RandomId`, a bare component."""
    package, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    if module == "index":
        return name
    module = module.partition("/")[0]
    parts = [part for part in (package, module) if part not in ("aws", "index")]
    return ".".join([*parts, name])


def _resources(recording: Recording) -> list[Declared]:
    return [one for one in recording.resources if one.custom or one.remote]


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _branch(recording: Recording, urn: str, ancestors: Sequence[str], width: int) -> Iterator[str]:
    """The lines below one resource: first what is a leaf, by type, then what has a branch."""
    children = recording.children(urn)
    branches = [one for one in children if not _is_leaf(recording, one)]
    blocks = list(_leaves(_grouped(recording, children, ancestors), width))
    blocks += [_subtree(recording, one, ancestors, width) for one in branches]
    for number, block in enumerate(blocks, start=1):
        last = number == len(blocks)
        yield ("└─ " if last else "├─ ") + block[0]
        for line in block[1:]:
            yield ("   " if last else "│  ") + line


def _subtree(
    recording: Recording, declared: Declared, ancestors: Sequence[str], width: int
) -> list[str]:
    name = _short_name(declared.name, ancestors)
    title = f"{short_type(declared.type)} {name}"
    children = recording.children(declared.urn)
    inside = [declared.name, *ancestors]
    if all(_is_leaf(recording, one) for one in children):
        groups = _grouped(recording, children, inside)
        parts = (
            type_ if names == [name] else f"{type_} ({', '.join(names)})"
            for type_, names in groups.items()
        )
        line = f"{title}: {', '.join(parts)}"
        if len(line) <= width - 3:
            return [line]
    return [title, *_branch(recording, declared.urn, inside, width - 3)]


def _is_leaf(recording: Recording, declared: Declared) -> bool:
    return (declared.custom or declared.remote) and not recording.children(declared.urn)


def _grouped(
    recording: Recording, children: Sequence[Declared], ancestors: Sequence[str]
) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for one in children:
        if _is_leaf(recording, one):
            groups.setdefault(short_type(one.type), []).append(_short_name(one.name, ancestors))
    return groups


def _leaves(groups: dict[str, list[str]], width: int) -> Iterator[list[str]]:
    """One block of lines for each type, its names in a column."""
    labels = {
        type_: type_ if len(names) == 1 else f"{type_} x{len(names)}"
        for type_, names in groups.items()
    }
    column = max(map(len, labels.values()), default=0) + 2
    for type_, names in groups.items():
        yield textwrap.wrap(
            ", ".join(names),
            # A deep branch on a narrow terminal still gets some room.
            width=max(width - 3, column + 20),
            initial_indent=labels[type_].ljust(column),
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
