"""Who calls, and whether their role may: decided before a call reaches the account."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.gateway import needs
from airflow_ecs.rehearsal.gateway.iam import Decision, evaluate
from airflow_ecs.rehearsal.gateway.refusals import Refusal

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.gateway.iam import Question
    from airflow_ecs.rehearsal.gateway.needs.asking import Asking
    from airflow_ecs.rehearsal.gateway.requests import Signature
    from airflow_ecs.rehearsal.gateway.roles import Roles
    from airflow_ecs.rehearsal.gateway.sessions import Session, Sessions

# One broken link makes many denials; the last ones are kept.
_KEPT = 200


class RefusedError(Exception):
    """A call that is not answered; the message is what the caller reads."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class Denial:
    """A call that a role was refused; `resource` is None where it can't be told."""

    at: datetime
    role_arn: str
    caller_arn: str
    action: str
    resource: str | None
    message: str


class Gate:
    """Lets through what policies allow; safe to use from several threads."""

    def __init__(self, sessions: Sessions, roles: Roles) -> None:
        self._sessions = sessions
        self._roles = roles
        self._lock = threading.Lock()
        self._denials: deque[Denial] = deque(maxlen=_KEPT)

    @property
    def denials(self) -> list[Denial]:
        """What was refused, the latest last."""
        with self._lock:
            return list(self._denials)

    def caller(self, signature: Signature | None) -> Session:
        """Whose keys these are; `RefusedError` for keys that were not given out here."""
        if signature is None:
            raise RefusedError(Refusal.UNSIGNED, "Missing Authentication Token")
        session = self._sessions.of(signature.access_key)
        if session is None or session.token != signature.token:
            message = "The security token included in the request is invalid."
            raise RefusedError(Refusal.UNKNOWN_KEY, message)
        if session.expires <= datetime.now(UTC):
            message = "The security token included in the request is expired"
            raise RefusedError(Refusal.EXPIRED, message)
        return session

    def check(self, session: Session, asking: Asking) -> None:
        """`RefusedError` unless the session's role may do all that the call needs."""
        for question in needs.of(asking):
            decision = self.decide(session.role_arn, question)
            if not decision.allowed:
                raise self.denied(session, question.action, question.resource, decision.reason)

    def decide(self, role_arn: str, question: Question) -> Decision:
        """What the role's policies say, within its boundary."""
        role = self._roles.get(role_arn)
        decision = evaluate(role.policies, question)
        if decision.allowed and role.boundary is not None:
            bounded = evaluate([role.boundary], question)
            reason = bounded.reason.replace("identity-based policy", "permissions boundary")
            decision = Decision(allowed=bounded.allowed, reason=reason)
        return decision

    def denied(
        self, session: Session, action: str, resource: str | None, reason: str
    ) -> RefusedError:
        """The refusal in AWS's words; the denial is kept."""
        on_resource = f" on resource: {resource}" if resource else ""
        message = (
            f"User: {session.arn} is not authorized to perform: {action}{on_resource} {reason}"
        )
        denial = Denial(
            at=datetime.now(UTC),
            role_arn=session.role_arn,
            caller_arn=session.arn,
            action=action,
            resource=resource,
            message=message,
        )
        with self._lock:
            self._denials.append(denial)
        return RefusedError(Refusal.DENIED, message)
