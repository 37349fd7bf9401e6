"""What a program gives one resource: each input is asked for by name, and none is left unread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from airflow_ecs.rehearsal.account.names import NAMES, too_long
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
        request: dict[str, Any] = self.translated(given, members, "")
        return request

    def aside(self, *names: str) -> None:
        """Read inputs that no request carries; the caller states the reason."""
        self._unread.difference_update(names)

    def tags(self) -> dict[str, str]:
        """The tags, with the provider's default tags beneath."""
        return {**self._default_tags, **self.take("tags", {})}

    def tag_list(
        self, member: str = "Tags", key: str = "Key", value: str = "Value"
    ) -> dict[str, list[dict[str, str]]]:
        """The tags as the member of a request; nothing when there are none, as some APIs ask."""
        tags = self.tags()
        return {member: pairs(tags, key, value)} if tags else {}

    def name(self) -> str:
        """The physical name, given or made up as the provider does it; never too long."""
        naming = NAMES[self.declared.type]
        self.aside(naming.field, naming.prefix)
        name = naming.of(self._values, logical_name=self.logical_name, urn=self.declared.urn)
        if sentence := too_long(naming, name):
            raise self.refusal(sentence)
        return name

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
