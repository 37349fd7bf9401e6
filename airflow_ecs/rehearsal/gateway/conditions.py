"""Whether the conditions of an IAM statement hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.gateway.wildcards import like

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class CannotTellError(Exception):
    """A condition on something that this machine doesn't know; the message names it."""


def hold(
    conditions: Mapping[str, Mapping[str, Any]],
    action: str,
    context: Mapping[str, Sequence[str]],
) -> bool:
    """Whether all of a statement's conditions hold; `CannotTellError` when that can't be known."""
    lower = {key.lower(): values for key, values in context.items()}
    outcomes = [
        _holds(operator, key, [_text(one) for one in several(wanted)], _values(key, action, lower))
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    ]
    return all(outcomes)


def several(value: Any) -> list[Any]:
    """The members of a list that IAM lets people write as a single value."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _values(key: str, action: str, context: Mapping[str, Sequence[str]]) -> Sequence[str] | None:
    """The key's values, none when it is absent, and None when that can't be told."""
    if key.lower() in context:
        return context[key.lower()]
    # A key of another service, such as iam:PassedToService on ssm:GetParameter.
    family = key.lower().partition(":")[0]
    return () if family not in ("aws", action.lower().partition(":")[0]) else None


def _holds(operator: str, key: str, wanted: list[str], values: Sequence[str] | None) -> bool:
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        if values is None:
            raise CannotTellError(f"the key {key}")
        return (not values) == (wanted == ["true"])
    absent_is_fine = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name not in _OPERATORS or quantifier not in ("", "ForAnyValue", "ForAllValues"):
        raise CannotTellError(f"the operator {operator}")
    if values is None:
        raise CannotTellError(f"the key {key}")
    if any("${" in one for one in wanted):
        raise CannotTellError(f"the policy variable in {', '.join(wanted)}")
    matches, negated = _OPERATORS[name]
    if not values:
        return absent_is_fine or negated or quantifier == "ForAllValues"

    def agrees(value: str) -> bool:
        return any(matches(one, value) for one in wanted) != negated

    return any(map(agrees, values)) if quantifier == "ForAnyValue" else all(map(agrees, values))


def _equals(wanted: str, value: str) -> bool:
    return wanted == value


def _equals_in_any_case(wanted: str, value: str) -> bool:
    return wanted.lower() == value.lower()


def _arn_like(wanted: str, value: str) -> bool:
    # The six parts of an ARN are compared one by one.
    ours, theirs = wanted.split(":", 5), value.split(":", 5)
    return len(ours) == len(theirs) and all(map(like, ours, theirs))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# How each compares, and whether it is a negation. ArnEquals and ArnLike behave identically.
_OPERATORS: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    "StringEquals": (_equals, False),
    "StringNotEquals": (_equals, True),
    "StringEqualsIgnoreCase": (_equals_in_any_case, False),
    "StringNotEqualsIgnoreCase": (_equals_in_any_case, True),
    "StringLike": (like, False),
    "StringNotLike": (like, True),
    "ArnEquals": (_arn_like, False),
    "ArnLike": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnNotLike": (_arn_like, True),
    "Bool": (_equals_in_any_case, False),
}
