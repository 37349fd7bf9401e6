"""Airflow itself: its version, its settings, and its users."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.spec.reading import Given, SpecError, is_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.spec.reading import Reader

DEFAULT_VERSION = "3.3.2"
EXECUTORS = ("celery", "local", "ecs", "standalone")
ROLES = ("Admin", "Op", "User", "Viewer", "Public")

_OLDEST = (3, 0)
_NAME = re.compile(r"[a-z][a-z0-9_-]*", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

# Settings that the deployment itself decides, and where the user decides them instead.
_OWNED: dict[tuple[str, str], str] = {
    ("core", "executor"): "write `executor`",
    ("core", "fernet_key"): "it is generated, and kept in Parameter Store",
    ("core", "auth_manager"): "users are kept by the FAB auth manager",
    ("core", "execution_api_server_url"): "it is the address of the web service",
    ("api", "secret_key"): "it is generated, and kept in Parameter Store",
    ("api", "port"): "the load balancer and the firewall count on 8080",
    ("api_auth", "jwt_secret"): "it is generated, and kept in Parameter Store",
    ("dag_processor", "dag_bundle_config_list"): "write `dags`",
    ("database", "sql_alchemy_conn"): "write `database`",
    ("aws_ecs_executor", "assign_public_ip"): "tasks run in private subnets",
    ("aws_ecs_executor", "capacity_provider_strategy"): "write `services.runner.spot_share`",
    ("aws_ecs_executor", "cluster"): "it is the cluster of this deployment",
    ("aws_ecs_executor", "container_name"): "it is that of the service runner",
    ("aws_ecs_executor", "launch_type"): "write `services.runner.spot_share`",
    ("aws_ecs_executor", "region_name"): "it is the region of the stack",
    ("aws_ecs_executor", "run_task_kwargs"): "write `services.runner`",
    ("aws_ecs_executor", "security_groups"): "the firewall is derived from what parts need",
    ("aws_ecs_executor", "subnets"): "write `network`",
    ("aws_ecs_executor", "task_definition"): "write `services.runner`",
    ("celery", "broker_url"): "write `broker`",
    ("celery", "result_backend"): "write `broker`",
    ("celery", "worker_concurrency"): "write `services.worker.concurrency`",
    ("celery", "flower_basic_auth"): "it is generated, and kept in Parameter Store",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A person who may log in; the password is generated unless one is given."""

    username: str
    email: str
    first_name: str
    last_name: str
    role: str
    password: Given | None = None


def read_version(reader: Reader) -> str:
    """A version of Airflow that this package deploys."""
    value = reader.given("airflow_version")
    text = DEFAULT_VERSION if value is None else str(value)
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", text)
    if match and (int(match[1]), int(match[2])) >= _OLDEST and int(match[1]) == _OLDEST[0]:
        return text
    raise SpecError(
        f"{reader.path('airflow_version')} is {value!r}, which is not supported; "
        f"write a full version of Airflow 3, such as {DEFAULT_VERSION}."
    )


def read_airflow_config(reader: Reader) -> dict[str, dict[str, Given]]:
    """Airflow's settings by section and key, without those that the deployment decides."""
    sections: dict[str, dict[str, Given]] = {}
    for section, settings in reader.mapping("airflow_config").items():
        path = f"{reader.path('airflow_config')}.{section}"
        _check_name(section, path)
        if not hasattr(settings, "items"):
            raise SpecError(f"{path} is {settings!r}; write an object, such as {{key: value}}.")
        sections[section] = _section(section, settings, path)
    return sections


def _section(section: str, settings: Mapping[str, Any], path: str) -> dict[str, Given]:
    for key, value in settings.items():
        _check_name(key, f"{path}.{key}")
        # Airflow also reads a setting from a command or a secrets backend by these endings.
        plain = re.sub(r"_(cmd|secret)$", "", key.lower())
        owner = _OWNED.get((section.lower(), key.lower())) or _OWNED.get((section.lower(), plain))
        if owner is not None:
            raise SpecError(f"{path}.{key} can't be set here: {owner}; leave it out.")
        if value is None:
            raise SpecError(f"{path}.{key} is empty; write a value, or leave it out.")
    return dict(settings)


def _check_name(name: str, path: str) -> None:
    if not _NAME.fullmatch(name) or "__" in name:
        raise SpecError(
            f"{path} is not the name of an Airflow section or key; "
            "write it as in airflow.cfg, such as airflow_config.core.parallelism."
        )


def read_users(reader: Reader) -> tuple[User, ...]:
    """The people who may log in; one administrator when none are named."""
    key = "users"
    if not reader.has(key):
        reader.given(key)
        return (
            User(
                username="admin",
                email="admin@example.com",
                first_name="Airflow",
                last_name="Admin",
                role="Admin",
            ),
        )
    users = tuple(_user(inner) for inner in _user_readers(reader, key))
    names = [user.username for user in users]
    for name in names:
        if names.count(name) > 1:
            raise SpecError(f"{key} holds {name!r} twice; write each user once.")
    if not any(user.role == "Admin" for user in users):
        raise SpecError(f"{key} holds nobody with the role Admin; write at least one.")
    return users


def _user_readers(reader: Reader, key: str) -> list[Reader]:
    inner = type(reader)
    return [
        inner(item or {}, f"{reader.path(key)}[{index}]")
        for index, item in enumerate(reader.items(key))
    ]


def _user(reader: Reader) -> User:
    username = reader.text("username", hint="the name to log in with")
    # The name is part of a parameter's name.
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", username):
        raise SpecError(
            f"{reader.path('username')} is {username!r}; "
            "write letters, digits, dots, hyphens and underscores, at most 64."
        )
    email = reader.text("email", hint="an address such as ada@example.com")
    if not _EMAIL.fullmatch(email):
        raise SpecError(
            f"{reader.path('email')} is {email!r}, which is not an address; "
            "write one such as ada@example.com."
        )
    user = User(
        username=username,
        email=email,
        first_name=reader.text("first_name", username),
        last_name=reader.text("last_name", "Airflow"),
        role=reader.choice("role", ROLES, "Admin"),
        password=reader.late_text("password", hint="a password, as a secret of the stack"),
    )
    reader.finish()
    if is_known(user.password) and user.password is not None and len(user.password) < 12:
        raise SpecError(
            f"{reader.path('password')} is shorter than 12 characters; write a longer one, "
            "or leave it out to have one generated."
        )
    return user
