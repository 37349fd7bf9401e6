"""A recorded deployment as the rules read it: resources by type, and by what they are called."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from airflow_ecs.rehearsal.declared import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from airflow_ecs.rehearsal.declared import Created, Declared

SERVICE = "aws:ecs/service:Service"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"


class Recorded(Protocol):
    """What the rules need of a recording."""

    @property
    def resources(self) -> Sequence[Declared]:
        """In order of registration."""
        ...

    @property
    def created(self) -> Mapping[str, Created]:
        """What was answered, by URN."""
        ...

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What the stack exports."""
        ...

    @property
    def secret_outputs(self) -> Collection[str]:
        """The names of the outputs that are marked as secrets."""
        ...

    @property
    def looked_up(self) -> Collection[str]:
        """The ARNs of what is not the program's own."""
        ...


def title(declared: Declared) -> str:
    """How sentences name a resource."""
    return f'{declared.type} "{declared.name}"'


def known(value: Any) -> bool:
    """Whether a value is given, and not one that only a deployment can tell."""
    return value is not None and value is not UNKNOWN


def items(value: Any) -> list[Any]:
    """The known elements of a list; nothing when the list itself isn't known."""
    return [one for one in value if known(one)] if isinstance(value, list | tuple) else []


def fields(value: Any) -> dict[str, Any]:
    """The members of an object; none when it isn't known."""
    return value if isinstance(value, dict) else {}


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts when every one of them is known, and else nothing."""
    known_texts = tuple(one for one in items(value) if isinstance(one, str))
    return known_texts if isinstance(value, list) and len(known_texts) == len(value) else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskDefinition:
    """A task definition with its containers, as JSON has them."""

    declared: Declared
    arn: str
    containers: tuple[dict[str, Any], ...]

    def container(self, name: str) -> dict[str, Any] | None:
        """One container by its name."""
        return next((one for one in self.containers if one.get("name") == name), None)

    def ports(self) -> set[int]:
        """The ports on which its containers listen."""
        return {
            mapping["containerPort"]
            for container in self.containers
            for mapping in items(container.get("portMappings"))
            if isinstance(mapping.get("containerPort"), int)
        }


class Deployment:
    """The resources of one recording."""

    def __init__(self, recording: Recorded) -> None:
        self.resources = recording.resources
        self.looked_up = recording.looked_up
        hidden = recording.secret_outputs
        self.outputs = {k: v for k, v in recording.outputs.items() if k not in hidden}
        self._created = recording.created
        self._by_type: dict[str, list[Declared]] = defaultdict(list)
        self._by_handle: dict[tuple[str, Any], Declared] = {}
        for declared in recording.resources:
            self._by_type[declared.type].append(declared)
            for handle in self._handles(declared):
                self._by_handle.setdefault((declared.type, handle), declared)

    def of(self, *types: str) -> Iterator[Declared]:
        """The resources of these types."""
        for type_ in types:
            yield from self._by_type.get(type_, ())

    def find(self, type_: str, handle: Any) -> Declared | None:
        """The resource that is meant by this id, ARN or name."""
        return self._by_handle.get((type_, handle)) if isinstance(handle, str) else None

    def get(self, declared: Declared, name: str) -> Any:
        """A property: as answered, or else as given; `UNKNOWN` when nobody can tell yet."""
        created = self._created.get(declared.urn)
        if name == "id":
            return created.id if created and created.id else UNKNOWN
        if name in declared.inputs:
            return declared.inputs[name]
        return created.outputs.get(name, UNKNOWN) if created else UNKNOWN

    def is_dependency(self, declared: Declared, other: Declared) -> bool:
        """Whether the first waits for the second, directly or through others."""
        return other.urn in self._closure(declared.urn)

    @cached_property
    def task_definitions(self) -> tuple[TaskDefinition, ...]:
        """All task definitions whose containers are known."""
        return tuple(self._task_definitions())

    def task_definition(self, service: Declared) -> TaskDefinition | None:
        """What a service runs, if this program declares it."""
        wanted = service.inputs.get("taskDefinition")
        declared = self.find(TASK_DEFINITION, wanted)
        if declared is None and wanted is UNKNOWN:
            # In a preview the ARN is open; what it depends on isn't.
            ours = [d for d in self.task_definitions if d.declared.urn in service.dependencies]
            return ours[0] if len(ours) == 1 else None
        return next((d for d in self.task_definitions if d.declared is declared), None)

    def _task_definitions(self) -> Iterator[TaskDefinition]:
        for declared in self.of(TASK_DEFINITION):
            containers = parsed(declared.inputs.get("containerDefinitions"))
            if isinstance(containers, list) and all(isinstance(one, dict) for one in containers):
                arn = self.get(declared, "arn")
                yield TaskDefinition(
                    declared=declared,
                    arn=arn if isinstance(arn, str) else "",
                    containers=tuple(containers),
                )

    def _handles(self, declared: Declared) -> Iterable[str]:
        found = (self.get(declared, name) for name in ("id", "arn", "name", "dnsName", "address"))
        return {handle for handle in found if isinstance(handle, str) and handle}

    def _closure(self, urn: str) -> frozenset[str]:
        return self._closures.get(urn, frozenset())

    @cached_property
    def _closures(self) -> dict[str, frozenset[str]]:
        # A program registers a resource after what it depends on, so one pass is enough.
        closures: dict[str, frozenset[str]] = {}
        for declared in self.resources:
            direct = declared.dependencies
            closures[declared.urn] = direct.union(*(closures.get(one, ()) for one in direct))
        return closures


def parsed(text: Any) -> Any:
    """JSON text as values; `UNKNOWN` for anything else."""
    if not isinstance(text, str):
        return UNKNOWN
    try:
        return json.loads(text)
    except ValueError:
        return UNKNOWN
