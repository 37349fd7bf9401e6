"""What the user changes about single services, and about all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import Given, SpecError, is_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.spec.reading import Reader

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PARAMETER = re.compile(r"(/[a-zA-Z0-9_.-]+)+")

# What ECS itself or this package puts into every container.
_RESERVED = ("AWS_REGION", "ENVIRONMENT", "LOG_LEVEL", "DOCKER_ADDRESS", "PARAMETER_PATH")


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What the user wants otherwise for one service; None keeps the catalogue's value.

    `cpu` in CPU units, `memory` in MiB, `spot_share` in per cent of the tasks,
    `concurrency` in Airflow tasks that one worker runs at a time.
    """

    cpu: int | None = None
    memory: int | None = None
    count: int | None = None
    spot_share: int = 0
    concurrency: int | None = None
    environment: Mapping[str, Given] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    execution_role_arn: Given | None = None
    task_role_arn: Given | None = None


def read_services(reader: Reader) -> dict[str, Changes]:
    """The changes by service name; the catalogue knows which names there are."""
    return {name: _changes(inner) for name, inner in reader.sections("services").items()}


def _changes(reader: Reader) -> Changes:
    changes = Changes(
        cpu=_optional(reader, "cpu", unit="CPU units"),
        memory=_optional(reader, "memory", unit="MiB"),
        count=_optional(reader, "count", at_least=0),
        spot_share=reader.integer("spot_share", 0, at_least=0, at_most=100, unit="per cent"),
        concurrency=_optional(reader, "concurrency", unit="tasks at a time"),
        environment=read_environment(reader),
        secrets=read_secrets(reader),
        execution_role_arn=reader.late_text("execution_role_arn", hint="the ARN of a role"),
        task_role_arn=reader.late_text("task_role_arn", hint="the ARN of a role"),
    )
    reader.finish()
    return changes


def _optional(reader: Reader, key: str, *, at_least: int = 1, unit: str = "") -> int | None:
    if not reader.has(key):
        reader.given(key)
        return None
    return reader.integer(key, at_least, at_least=at_least, unit=unit)


def read_environment(reader: Reader, key: str = "environment") -> dict[str, Given]:
    """Extra environment variables. Airflow's own settings have a key of their own."""
    environment = reader.mapping(key)
    for name, value in environment.items():
        path = f"{reader.path(key)}.{name}"
        _check_variable(name, path)
        if name.startswith("AIRFLOW__"):
            section, _, key = name.removeprefix("AIRFLOW__").lower().partition("__")
            raise SpecError(
                f"{path} is a setting of Airflow; write it as airflow_config.{section}.{key}."
            )
        if is_known(value) and not isinstance(value, str):
            raise SpecError(f"{path} is {value!r}; write a text, in quotes where it is a number.")
    return environment


def read_secrets(reader: Reader) -> dict[str, str]:
    """Environment variables whose values are parameters of the user's, by the parameters' names."""
    secrets = reader.mapping("secrets")
    for name, parameter in secrets.items():
        path = f"{reader.path('secrets')}.{name}"
        _check_variable(name, path)
        if not isinstance(parameter, str) or not _PARAMETER.fullmatch(parameter):
            raise SpecError(
                f"{path} is {parameter!r}; write the full name of a parameter in "
                "Parameter Store, such as /smtp/password."
            )
    return secrets


def _check_variable(name: str, path: str) -> None:
    if not _VARIABLE.fullmatch(name):
        raise SpecError(
            f"{path} is not the name of an environment variable; "
            "write letters, digits and underscores, such as SMTP_USER."
        )
    if name in _RESERVED:
        raise SpecError(f"{path} is set by the deployment itself; write another name.")
