"""Reads the arguments key by key; whatever can't be read becomes a sentence for the user."""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

# A value that may only be known later (a `pulumi.Input`): handed on, never looked at.
Given: TypeAlias = Any


class SpecError(ValueError):
    """A mistake in the arguments: which key, what was given, and what to write instead."""


def is_known(value: object) -> bool:
    """Whether a value is there to be looked at now, rather than an output of a resource."""
    return value is None or isinstance(value, (str, int, float, Mapping, Sequence))


class Reader:
    """Reads one object of the arguments and refuses, in `finish`, the keys nobody read."""

    def __init__(self, values: object, path: str = "") -> None:
        if values is not None and not isinstance(values, Mapping):
            raise SpecError(f"{path} is {values!r}; write an object with keys and values.")
        self._values: Mapping[str, Any] = values or {}
        self._path = path
        self._read: set[str] = set()

    def path(self, key: str) -> str:
        """The full path of a key, as the user wrote it."""
        return f"{self._path}.{key}" if self._path else key

    def has(self, *keys: str) -> bool:
        """Whether any of the keys is set."""
        return any(self._values.get(key) is not None for key in keys)

    def given(self, key: str) -> Given:
        """Any value, or None; not looked at."""
        self._read.add(key)
        return self._values.get(key)

    def text(self, key: str, default: str | None = None, *, hint: str = "a text") -> str:
        """A text that is not empty."""
        value = self.given(key)
        if value is None and default is not None:
            return default
        if value is None:
            raise SpecError(f"{self.path(key)} is missing; write {hint}.")
        if not isinstance(value, str) or not value.strip():
            raise SpecError(f"{self.path(key)} is {value!r}; write {hint}.")
        return value

    def optional_text(self, key: str, *, hint: str = "a text") -> str | None:
        """A text, or None when the key is absent."""
        return self.text(key, hint=hint) if self.has(key) else self.given(key)

    def late_text(self, key: str, *, hint: str) -> Given:
        """A text that may only be known later; refused now if it is known not to be one."""
        value = self.given(key)
        if is_known(value) and value is not None and (not isinstance(value, str) or not value):
            raise SpecError(f"{self.path(key)} is {value!r}; write {hint}.")
        return value

    def choice(self, key: str, options: Sequence[str], default: str) -> str:
        """One of a few words."""
        value = self.given(key)
        if value is None:
            return default
        if value not in options:
            raise SpecError(
                f"{self.path(key)} is {value!r}, which is not one of the choices; "
                f"write {listed(options)}."
            )
        return str(value)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.given(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise SpecError(f"{self.path(key)} is {value!r}; write true or false.")
        return value

    def integer(
        self, key: str, default: int, *, at_least: int, at_most: int | None = None, unit: str = ""
    ) -> int:
        """A whole number; a hosted component receives it as a float."""
        value = self.given(key)
        if value is None:
            return default
        bounds = f"of at least {at_least}" if at_most is None else f"from {at_least} to {at_most}"
        wanted = f"write a whole number {bounds}{f' ({unit})' if unit else ''}"
        whole = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not whole or value != int(value):
            raise SpecError(f"{self.path(key)} is {value!r}, which is not a number; {wanted}.")
        if value < at_least or (at_most is not None and value > at_most):
            raise SpecError(f"{self.path(key)} is {int(value)}, which is out of range; {wanted}.")
        return int(value)

    def section(self, key: str) -> Reader:
        """An object inside this one; empty when absent."""
        return Reader(self.given(key), self.path(key))

    def sections(self, key: str) -> dict[str, Reader]:
        """An object whose values are objects, by their keys."""
        inner = self.mapping(key)
        return {name: Reader(value, f"{self.path(key)}.{name}") for name, value in inner.items()}

    def mapping(self, key: str) -> dict[str, Given]:
        """An object with free keys; empty when absent."""
        value = self.given(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise SpecError(f"{self.path(key)} is {value!r}; write an object with keys and values.")
        return dict(value)

    def items(self, key: str) -> list[Given]:
        """A list; empty when absent."""
        value = self.given(key)
        if value is None:
            return []
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise SpecError(f"{self.path(key)} is {value!r}; write a list.")
        return list(value)

    def late_items(self, key: str) -> Given:
        """A list whose whole, or whose items, may only be known later; None when absent."""
        value = self.given(key)
        return self.items(key) or None if is_known(value) else value

    def cidrs(self, key: str) -> tuple[str, ...]:
        """IPv4 ranges such as 203.0.113.7/32."""
        return tuple(cidr(item, self.path(key)) for item in self.items(key))

    def finish(self) -> None:
        """Refuse the keys that nobody read, with the nearest name that exists."""
        for key in self._values:
            if key in self._read:
                continue
            near = difflib.get_close_matches(str(key), self._read, n=1)
            known = f"did you mean {near[0]}?" if near else f"write {listed(sorted(self._read))}."
            raise SpecError(f"{self.path(key)} is not a setting; {known}")


def cidr(value: Given, path: str) -> str:
    """An IPv4 range, with no bit set outside its mask."""
    try:
        return str(ipaddress.IPv4Network(value))
    except (ValueError, TypeError):
        raise SpecError(
            f"{path} holds {value!r}, which is not an IPv4 range; "
            "write an address and a mask, such as 203.0.113.7/32."
        ) from None


def listed(options: Sequence[str]) -> str:
    """The options in words: a, b or c."""
    *most, last = options
    return f"{', '.join(most)} or {last}" if most else last
