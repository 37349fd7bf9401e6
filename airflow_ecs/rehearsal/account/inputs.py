"""What a program gives one resource: each input is asked for by name, and none is left unread."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeAlias

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.declared import Declared

# Input -> member of the API's request; for an object or a list of objects, with a table of its own.
Members: TypeAlias = "dict[str, str | tuple[str, Members]]"


def same(*names: str) -> Members:
    """Inputs that the API spells alike."""
    return dict[str, "str | tuple[str, Members]"]((name, name) for name in names)


def pascal(*names: str) -> Members:
    """Inputs that the API spells with a capital first letter."""
    return dict[str, "str | tuple[str, Members]"](
        (name, name[0].upper() + name[1:]) for name in names
    )


class Inputs:
    """The inputs of one resource, on their way into API requests.

    What the API has no place for must be named too (`aside`), so that no input of a program
    is ever dropped in silence.
    """

    def __init__(self, declared: Declared, default_tags: Mapping[str, str]) -> None:
        self.declared = declared
        self.logical_name = declared.name
        self._values = {key: value for key, value in declared.inputs.items() if value is not None}
        self._unread = set(self._values)
        self._default_tags = default_tags

    def take(self, name: str, default: Any = None) -> Any:
        """The value of one input, or the default when it isn't given."""
        self._unread.discard(name)
        return self._values.get(name, default)

    def required(self, name: str) -> Any:
        """The value of one input; a sentence when it isn't given."""
        if name not in self._values:
            raise self.refusal(f"{name} is missing; give it a value.")
        return self.take(name)

    def request(self, members: Members) -> dict[str, Any]:
        """The members of an API request that are given, nested ones included."""
        self._unread -= members.keys()
        given = {key: value for key, value in self._values.items() if key in members}
        return self.translated(given, members, "")

    def aside(self, *names: str) -> None:
        """Read inputs that no request carries; the caller states the reason."""
        self._unread.difference_update(names)

    def tags(self) -> dict[str, str]:
        """The tags, with the provider's default tags beneath."""
        return {**self._default_tags, **self.take("tags", {})}

    def name(
        self,
        field: str = "name",
        *,
        limit: int,
        prefix: str = "namePrefix",
        lower: bool = False,
    ) -> str:
        """The physical name: as given, or made as the provider makes it, at most `limit` long."""
        given, beginning = self.take(field), self.take(prefix)
        if given is None:
            suffix = hashlib.sha256(self.declared.urn.encode()).hexdigest()[:7]
            given = f"{beginning or self.logical_name + '-'}{suffix}"
            given = given.lower() if lower else given
        if len(given) > limit:
            raise self.refusal(
                f"{field} would be '{given}', {len(given)} characters, and AWS takes at most "
                f"{limit}; write a shorter {field} or a shorter logical name."
            )
        return str(given)

    def translated(self, value: Any, members: Members, path: str) -> Any:
        """A value with its keys spelled as the API spells them, lists element by element."""
        if isinstance(value, list | tuple):
            return [self.translated(one, members, f"{path}[]") for one in value]
        if not isinstance(value, dict):
            raise self.refusal(f"{path} is {value!r}; write an object.")
        result: dict[str, Any] = {}
        for key, inner in value.items():
            here = f"{path}.{key}".lstrip(".")
            if inner is None:
                continue
            if key not in members:
                raise self.refusal(self._unknown([here]))
            member = members[key]
            if isinstance(member, tuple):
                result[member[0]] = self.translated(inner, member[1], here)
            else:
                result[member] = inner
        return result

    def refusal(self, sentence: str) -> RehearsalError:
        """An error; whoever reports it puts the resource's name in front."""
        return RehearsalError(sentence)

    def finish(self) -> None:
        """Refuse inputs that nothing has read."""
        if self._unread:
            raise self.refusal(self._unknown(sorted(self._unread)))

    @staticmethod
    def _unknown(names: list[str]) -> str:
        return (
            f"the emulated account doesn't know what to do with {', '.join(names)}; "
            "leave it out of the rehearsed stack, or teach airflow_ecs/rehearsal/account to pass "
            "it on."
        )


def pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most APIs want them."""
    return [{key: name, value: content} for name, content in tags.items()]
