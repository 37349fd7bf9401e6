"""Temporary keys of roles, and whose they are."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account_clients import Account
    from airflow_ecs.rehearsal.gateway.roles import Roles

# SDKs ask again a quarter of an hour before the end, so theirs are always good for longer.
_RENEWED_BEFORE = timedelta(minutes=30)

_ECS = "ecs-tasks.amazonaws.com"


class RoleRefusedError(Exception):
    """ECS can't take a role; the message is the one that AWS would give."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A role that somebody has taken, and the keys that prove it."""

    role_arn: str
    arn: str
    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    expires: datetime


class Sessions:
    """The keys that were given out; safe to use from several threads."""

    def __init__(self, account: Account, roles: Roles) -> None:
        self._account = account
        self._roles = roles
        self._lock = threading.Lock()
        self._by_key: dict[str, Session] = {}
        self._latest: dict[tuple[str, str], Session] = {}

    def take(self, role_arn: str, name: str) -> Session:
        """Keys of a role for a session of this name, good for at least half an hour.

        `RoleRefusedError` when ECS may not take the role.
        """
        with self._lock:
            session = self._latest.get((role_arn, name))
            if session is None or session.expires - datetime.now(UTC) < _RENEWED_BEFORE:
                session = self._assume(role_arn, name)
                self._latest[role_arn, name] = session
                self._by_key[session.access_key] = session
            return session

    def of(self, access_key: str) -> Session | None:
        """The session that a key belongs to."""
        return self._by_key.get(access_key)

    def end(self, name: str) -> None:
        """Forget all keys of the sessions of this name."""
        with self._lock:
            for role_arn, session_name in [key for key in self._latest if key[1] == name]:
                ended = self._latest.pop((role_arn, session_name)).arn
                kept = {key: one for key, one in self._by_key.items() if one.arn != ended}
                self._by_key = kept

    def _assume(self, role_arn: str, name: str) -> Session:
        if not self._roles.takes(role_arn, _ECS):
            message = (
                f"ECS was unable to assume the role '{role_arn}' that was provided for this task. "
                "Please verify that the role being passed has the proper trust relationship and "
                "permissions."
            )
            raise RoleRefusedError(message)
        taken = self._account.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=name)
        keys = taken["Credentials"]
        return Session(
            role_arn=role_arn,
            arn=taken["AssumedRoleUser"]["Arn"],
            access_key=keys["AccessKeyId"],
            secret_key=keys["SecretAccessKey"],
            token=keys["SessionToken"],
            expires=keys["Expiration"],
        )
