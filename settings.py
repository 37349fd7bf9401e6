"""Reads the stack's configuration: the only file that asks `pulumi.Config`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, cast

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs import AirflowClusterArgs

TEXTS = ("executor", "airflow_version", "architecture", "log_level", "kms_key_arn")
FLAGS = ("flower", "protect_data", "enable_exec")
OBJECTS = (
    "airflow_config",
    "broker",
    "dags",
    "database",
    "extra_environment",
    "image",
    "ingress",
    "logs",
    "network",
    "pipelines",
    "secret_values",
    "secrets",
    "services",
    "tags",
    "users",
    "values",
)

# What is a secret inside an object whose rest is none.
SECRETS = {"broker": ("url", "results_url"), "database": ("url", "password")}

# Read by others: the emulated account is told of it, a deployment is not.
ELSEWHERE = ("rehearsal",)


def load() -> AirflowClusterArgs:
    """The component's arguments as the stack's configuration has them.

    Raises:
        pulumi.RunError: a key that is not a setting, or a value of the wrong type.
    """
    config = pulumi.Config()
    _refuse_unknown(config.name)
    args: dict[str, Any] = {"environment": pulumi.get_stack()}
    # What is empty is absent: Pulumi.yaml can't declare a key without a default.
    args |= {key: config.get(key) for key in TEXTS if config.get(key)}
    args |= {key: config.get_bool(key) for key in FLAGS}
    args |= {key: value for key in OBJECTS if (value := _object(config, key))}
    return cast("AirflowClusterArgs", args)


def _object(config: pulumi.Config, key: str) -> Any:
    value = config.get_object(key)
    # `get_object` hands out plain text, also of what the stack keeps encrypted.
    if key == "secret_values" and isinstance(value, dict):
        return {name: pulumi.Output.secret(secret) for name, secret in value.items()}
    if key in SECRETS and isinstance(value, dict):
        return value | {
            name: pulumi.Output.secret(value[name]) for name in SECRETS[key] if value.get(name)
        }
    if key == "users" and isinstance(value, list):
        return [_user(user) for user in value]
    if pulumi.runtime.is_config_secret(f"{config.name}:{key}"):
        raise pulumi.RunError(
            f"{key} holds a secret of the stack, which would become readable in the deployment; "
            "write it under secret_values, or keep it in Parameter Store and name it in secrets."
        )
    return value


def _user(user: Any) -> Any:
    if not isinstance(user, dict) or user.get("password") is None:
        return user
    return user | {"password": pulumi.Output.secret(user["password"])}


def _refuse_unknown(project: str) -> None:
    known = (*TEXTS, *FLAGS, *OBJECTS, *ELSEWHERE)
    given: Mapping[str, Any] = CONFIG.get() or get_config_env()
    for key in given:
        namespace, _, name = key.partition(":")
        if namespace != project or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(sorted(known))}."
        raise pulumi.RunError(f"{key} is not a setting; {hint}")
