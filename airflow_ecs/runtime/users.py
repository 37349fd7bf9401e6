"""Makes the users that the stack declares be as declared. Part of the database migration.

`airflow users create` takes a password as an argument only, which every process of the host
may read, and leaves a user who exists as he is. So this asks Airflow's auth manager itself.
A user whom the stack no longer declares is left alone: people are also added in the web page.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

USERS = "AIRFLOW_USERS"
"""Names the environment variable with the users: a JSON list of objects."""

PASSWORD = "AIRFLOW_USER_PASSWORD_{}"  # noqa: S105 - the name of a variable
"""The variable with a user's password, by the user's place in the list, from 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """One user, as the stack declares it."""

    username: str
    email: str
    role: str
    first: str
    last: str
    password: str = field(repr=False)


def declared_users(environment: Mapping[str, str]) -> list[User]:
    """Read the users of the environment; there are none when the variable is missing.

    Raises:
        ValueError: an entry lacks a key, has one too many, or has no password.
    """
    return [
        _user(entry, PASSWORD.format(place), environment)
        for place, entry in enumerate(json.loads(environment.get(USERS, "[]")))
    ]


def _user(entry: dict[str, str], variable: str, environment: Mapping[str, str]) -> User:
    if variable not in environment:
        raise ValueError(
            f"The user {entry.get('username')!r} of {USERS} has no password: set {variable}."
        )
    try:
        return User(**entry, password=environment[variable])
    except TypeError:
        raise ValueError(
            f"An entry of {USERS} has the keys {', '.join(sorted(entry))}; "
            "write exactly email, first, last, role and username."
        ) from None


def apply(users: list[User], manager: Any) -> list[str]:
    """Create or change each user; return one line for each, saying what was done.

    `manager` is the security manager of Airflow's FAB provider.

    Raises:
        ValueError: a role that Airflow doesn't have, or an email that another user has.
    """
    return [f"User {user.username!r} {_apply(user, manager)}" for user in users]


def _apply(user: User, manager: Any) -> str:
    from werkzeug.security import check_password_hash

    role = manager.find_role(user.role)
    if role is None:
        roles = ", ".join(sorted(known.name for known in manager.get_all_roles()))
        raise ValueError(
            f"The user {user.username!r} can't have the role {user.role!r}: Airflow has {roles}."
        )
    holder = manager.find_user(email=user.email)
    if holder is not None and holder.username.lower() != user.username.lower():
        raise ValueError(
            f"The user {user.username!r} can't have the email {user.email!r}: "
            f"the user {holder.username!r} has it."
        )
    existing = manager.find_user(user.username)
    if existing is None:
        created = manager.add_user(
            user.username, user.first, user.last, user.email, role, user.password
        )
        _expect(created, user, "created")
        return "created"

    new_password = not check_password_hash(existing.password, user.password)
    if new_password:
        # This also ends the sessions that were opened with the old one.
        _expect(manager.reset_password(existing.id, user.password), user, "changed")
    declared = (user.first, user.last, user.email, [role])
    if declared != (existing.first_name, existing.last_name, existing.email, existing.roles):
        existing.first_name, existing.last_name, existing.email, existing.roles = declared
        _expect(manager.update_user(existing), user, "changed")
        return "changed, with a new password" if new_password else "changed"
    return "has a new password" if new_password else "is as declared"


def _expect(done: object, user: User, verb: str) -> None:
    # The security manager logs why the database refused, and answers False.
    if not done:
        raise ValueError(f"The user {user.username!r} was not {verb}; the lines above say why.")


def main() -> str | None:
    """Do the work of `python -m airflow_ecs.runtime.users`; return what is wrong, or None."""
    try:
        users = declared_users(os.environ)
        if users:
            from airflow.providers.fab.auth_manager.cli_commands.utils import (
                get_application_builder,
            )

            with get_application_builder() as builder:
                for line in apply(users, builder.sm):
                    print(line)
    except ValueError as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main())
