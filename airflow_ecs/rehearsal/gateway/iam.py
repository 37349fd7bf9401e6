"""Whether policies allow a call, decided as IAM decides.

Identity-based policies and a permissions boundary are read; policies on buckets and keys, and
those of an organization, are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.gateway.conditions import CannotTellError, hold, several
from airflow_ecs.rehearsal.gateway.wildcards import like

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """May `action` be done to `resource`?

    `resource` is an ARN, `*` where the action knows none, and None where it can't be told.
    `context` has the values of condition keys; a key without values is known to be absent.
    """

    action: str
    resource: str | None
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The answer; `reason` ends the sentence "… is not authorized to perform …"."""

    allowed: bool
    reason: str = ""


def evaluate(policies: Iterable[Mapping[str, Any]], question: Question) -> Decision:
    """Deny what is denied, or whose denial can't be told; allow what is allowed; deny the rest."""
    allowed, unclear = False, ""
    for statement in _statements(policies):
        denies = statement.get("Effect") == "Deny"
        if not _names_action(statement, question.action):
            continue
        if not _names_resource(statement, question.resource, denies=denies):
            continue
        try:
            applies = hold(statement.get("Condition", {}), question.action, question.context)
        except CannotTellError as what:
            if denies:
                return Decision(
                    allowed=False,
                    reason=f"with an explicit deny whose condition can't be told here: {what}",
                )
            unclear = f" (one statement's condition can't be told here: {what})"
            continue
        if applies and denies:
            return Decision(
                allowed=False, reason="with an explicit deny in an identity-based policy"
            )
        allowed = allowed or applies
    if allowed:
        return Decision(allowed=True)
    reason = f"because no identity-based policy allows the {question.action} action"
    if question.resource is None:
        unclear += " on every resource, and which one this call is about can't be told here"
    return Decision(allowed=False, reason=reason + unclear)


def _statements(policies: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for policy in policies:
        yield from several(policy.get("Statement", []))


def _names_action(statement: Mapping[str, Any], action: str) -> bool:
    if "NotAction" in statement:
        return not _any(several(statement["NotAction"]), action, lower=True)
    return _any(several(statement.get("Action", [])), action, lower=True)


def _names_resource(statement: Mapping[str, Any], resource: str | None, *, denies: bool) -> bool:
    if resource is None:
        return denies or "*" in several(statement.get("Resource", []))
    if "NotResource" in statement:
        return not _any(several(statement["NotResource"]), resource)
    return _any(several(statement.get("Resource", [])), resource)


def _any(patterns: Iterable[str], value: str, *, lower: bool = False) -> bool:
    # Actions are the same in capitals; resources are not.
    if lower:
        value, patterns = value.lower(), (text.lower() for text in patterns)
    return any(like(text, value) for text in patterns)
