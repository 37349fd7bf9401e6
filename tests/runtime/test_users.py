"""The users that the migration makes, on a stand-in for Airflow's security manager."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.security import generate_password_hash

from airflow_ecs.runtime import users

ADA = {
    "username": "ada",
    "email": "ada@example.com",
    "role": "Admin",
    "first": "Ada",
    "last": "Lovelace",
}
EVE = {**ADA, "username": "eve", "email": "eve@example.com", "role": "Viewer"}


class SecurityManager:
    """Keeps users and roles as FAB's does; a test sees what was asked of it."""

    def __init__(self, *, works: bool = True) -> None:
        self.roles = [SimpleNamespace(name=name) for name in ("Admin", "Viewer")]
        self.users: list[Any] = []
        self.calls: list[str] = []
        self.works = works

    def find_role(self, name: str) -> Any:
        return next((role for role in self.roles if role.name == name), None)

    def get_all_roles(self) -> list[Any]:
        return self.roles

    def find_user(self, username: str | None = None, email: str | None = None) -> Any:
        return next((u for u in self.users if username == u.username or email == u.email), None)

    def add_user(
        self, username: str, first_name: str, last_name: str, email: str, role: Any, password: str
    ) -> Any:
        self.calls.append("add_user")
        if not self.works:
            return False
        user = SimpleNamespace(
            id=len(self.users),
            username=username,
            first_name=first_name,
            last_name=last_name,
            email=email,
            roles=[role],
            password=_hashed(password),
        )
        self.users.append(user)
        return user

    def reset_password(self, userid: int, password: str) -> bool:
        self.calls.append("reset_password")
        self.users[userid].password = _hashed(password)
        return True

    def update_user(self, _: Any) -> bool:
        self.calls.append("update_user")
        return True


def _hashed(password: str) -> str:
    # Few rounds: a test needs no strong hash.
    return generate_password_hash(password, method="pbkdf2:sha256:1")


def declared(*entries: dict[str, str], passwords: tuple[str, ...] = ("secret", "other")) -> Any:
    environment = {users.USERS: json.dumps(entries)}
    environment |= {f"AIRFLOW_USER_PASSWORD_{n}": word for n, word in enumerate(passwords)}
    return users.declared_users(environment)


def test_without_the_variable_there_are_no_users() -> None:
    assert users.declared_users({}) == []


def test_each_user_has_the_password_of_his_place() -> None:
    assert [(u.username, u.password) for u in declared(ADA, EVE)] == [
        ("ada", "secret"),
        ("eve", "other"),
    ]


def test_a_password_shows_in_no_print_of_a_user() -> None:
    assert "secret" not in repr(declared(ADA))


def test_a_user_without_a_password_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'eve' .* no password: set AIRFLOW_USER_PASSWORD_1"):
        declared(ADA, EVE, passwords=("secret",))


def test_a_user_with_other_keys_is_refused() -> None:
    with pytest.raises(ValueError, match="write exactly email, first, last, role and username"):
        declared({**ADA, "roles": "Admin"})


def test_users_are_created_once() -> None:
    manager = SecurityManager()
    assert users.apply(declared(ADA, EVE), manager) == [
        "User 'ada' created",
        "User 'eve' created",
    ]
    assert users.apply(declared(ADA, EVE), manager) == [
        "User 'ada' is as declared",
        "User 'eve' is as declared",
    ]
    assert manager.calls == ["add_user", "add_user"]


def test_a_password_that_differs_is_changed() -> None:
    manager = SecurityManager()
    users.apply(declared(ADA), manager)
    lines = users.apply(declared(ADA, passwords=("changed",)), manager)
    assert lines == ["User 'ada' has a new password"]
    assert users.apply(declared(ADA, passwords=("changed",)), manager) == [
        "User 'ada' is as declared"
    ]


def test_a_role_that_differs_is_replaced() -> None:
    manager = SecurityManager()
    users.apply(declared(ADA), manager)
    assert users.apply(declared({**ADA, "role": "Viewer"}), manager) == ["User 'ada' changed"]
    assert [role.name for role in manager.users[0].roles] == ["Viewer"]


def test_an_unknown_role_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'Boss': Airflow has Admin, Viewer"):
        users.apply(declared({**ADA, "role": "Boss"}), SecurityManager())


def test_an_email_that_another_user_has_is_refused_by_name() -> None:
    manager = SecurityManager()
    users.apply(declared(ADA), manager)
    with pytest.raises(ValueError, match=r"'eve' can't have the email .* the user 'ada' has it"):
        users.apply(declared({**EVE, "email": ADA["email"]}), manager)


def test_a_refusal_of_the_database_is_an_error_and_not_a_silence() -> None:
    with pytest.raises(ValueError, match="'ada' was not created"):
        users.apply(declared(ADA), SecurityManager(works=False))
