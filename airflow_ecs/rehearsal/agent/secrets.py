"""The values of a container's secrets, read as the execution role of its task."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from airflow_ecs.rehearsal.agent.failures import TaskFailedToStartError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# As many parameters as one request may name.
_AT_ONCE = 10

_UNABLE = "ResourceInitializationError: unable to pull secrets or registry auth:"


def resolve(
    secrets: Mapping[str, str], client: Callable[[str], Any], role: str | None
) -> dict[str, str]:
    """Variables and their values; `client` makes a client that acts as the role.

    Raises:
        TaskFailedToStartError: one is missing, or the role may not read it; in ECS's words.
    """
    if not secrets:
        return {}
    managers = {name: source for name, source in secrets.items() if ":secretsmanager:" in source}
    parameters = {name: source for name, source in secrets.items() if name not in managers}
    try:
        found = _from_parameter_store(parameters, client) if parameters else {}
        for name, source in managers.items():
            found[name] = _from_secrets_manager(source, client)
    except (ClientError, BotoCoreError) as error:
        message = f"{_UNABLE} execution resource retrieval failed as {role}: {error}"
        raise TaskFailedToStartError(message) from error
    except KeyError as error:
        message = f"{_UNABLE} invalid parameters: {error.args[0]} does not exist (asked as {role})"
        raise TaskFailedToStartError(message) from error
    return found


def _from_parameter_store(
    sources: Mapping[str, str], client: Callable[[str], Any]
) -> dict[str, str]:
    ssm = client("ssm")
    names = sorted({_parameter(source) for source in sources.values()})
    values: dict[str, str] = {}
    for start in range(0, len(names), _AT_ONCE):
        answer = ssm.get_parameters(Names=names[start : start + _AT_ONCE], WithDecryption=True)
        values |= {one["Name"]: one["Value"] for one in answer["Parameters"]}
    return {name: values[_parameter(source)] for name, source in sources.items()}


def _parameter(source: str) -> str:
    """A parameter's name from its ARN: `parameter/a/b` is named `/a/b`, `parameter/a` is `a`."""
    if not source.startswith("arn:"):
        return source
    path = source.split(":", 5)[5].removeprefix("parameter")
    return path if path.count("/") > 1 else path.removeprefix("/")


def _from_secrets_manager(source: str, client: Callable[[str], Any]) -> str:
    """A secret, or one key of it: `ARN:key:stage:version`, as ECS writes it."""
    parts = source.split(":")
    key, stage, version = (*parts[7:], "", "", "")[:3]
    wanted = {"VersionStage": stage, "VersionId": version}
    answer = client("secretsmanager").get_secret_value(
        SecretId=":".join(parts[:7]), **{name: value for name, value in wanted.items() if value}
    )
    text: str = answer["SecretString"]
    return str(json.loads(text)[key]) if key else text
