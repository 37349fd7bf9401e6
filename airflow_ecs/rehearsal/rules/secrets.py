"""Secrets: that those a container names exist, and that none is written in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow_ecs.rehearsal.rules import settings
from airflow_ecs.rehearsal.rules.deployment import TASK_DEFINITION, items, known, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment, TaskDefinition

# The properties that are secrets by themselves: what others only hold a secret inside.
_SECRET = {
    "aws:elasticache/replicationGroup:ReplicationGroup": ("authToken",),
    "aws:rds/cluster:Cluster": ("masterPassword",),
    "aws:rds/instance:Instance": ("password",),
    "aws:secretsmanager/secretVersion:SecretVersion": ("secretString",),
    "aws:ssm/parameter:Parameter": ("value",),
    "random:index/randomBytes:RandomBytes": ("base64", "hex"),
    "random:index/randomPassword:RandomPassword": ("result",),
}

# Shorter ones would be found in innocent text.
_SHORTEST = 8


def check(deployment: Deployment) -> Iterator[str]:
    """References to secrets, and the values of secrets."""
    for definition in deployment.task_definitions:
        yield from _references(deployment, definition)
    yield from _in_plain_text(deployment)


def _references(deployment: Deployment, definition: TaskDefinition) -> Iterator[str]:
    for container in definition.containers:
        where = f"{title(definition.declared)}, container {container.get('name')!r}"
        plain = {one.get("name") for one in items(container.get("environment"))}
        for secret in items(container.get("secrets")):
            name, reference = secret.get("name"), secret.get("valueFrom")
            if name in plain:
                yield (
                    f"{where}: {name} is in environment and in secrets, which ECS refuses; leave "
                    "one out."
                )
            if isinstance(reference, str) and not _exists(deployment, reference):
                yield (
                    f"{where}: the secret {name} comes from {reference}, which the program does "
                    "not declare, so that the container would not start; write the ARN of a "
                    "parameter or secret that exists."
                )


def _exists(deployment: Deployment, reference: str) -> bool:
    # A secret's ARN may go on with :key:stage:version.
    arn = ":".join(reference.split(":")[:7])
    if settings.parameter_of(deployment, reference) is not None or arn in deployment.looked_up:
        return True
    if ":secretsmanager:" in reference:
        return deployment.find(settings.SECRET, arn) is not None or arn in _kept_by_rds(deployment)
    return any(
        not known(deployment.get(parameter, "arn"))
        for parameter in deployment.of(settings.PARAMETER)
    )


def _kept_by_rds(deployment: Deployment) -> set[Any]:
    return {
        secret.get("secretArn")
        for database in deployment.of("aws:rds/instance:Instance", "aws:rds/cluster:Cluster")
        for secret in items(deployment.get(database, "masterUserSecrets"))
    }


def _in_plain_text(deployment: Deployment) -> Iterator[str]:
    secrets = _values(deployment)
    for declared in deployment.resources:
        for place, text in _shown(declared):
            if source := _found(secrets, text):
                yield (
                    f"{title(declared)}: {place} shows the secret of {source} in plain text; mark "
                    "it as a secret, or pass a reference to it."
                )
    for definition in deployment.task_definitions:
        for container in definition.containers:
            for place, text in _texts(container, str(container.get("name"))):
                if source := _found(secrets, text):
                    yield (
                        f"{title(definition.declared)}: {place} shows the secret of {source} in "
                        "plain text; pass it by secrets and valueFrom."
                    )
    for name, value in deployment.outputs.items():
        for _, text in _texts(value, name):
            if source := _found(secrets, text):
                yield (
                    f"the stack output {name} shows the secret of {source} in plain text; mark it "
                    "as a secret, or leave it out."
                )


def _shown(declared: Declared) -> Iterator[tuple[str, str]]:
    """The texts of a resource that anyone may read who may look at it."""
    for name, value in declared.inputs.items():
        if declared.type == TASK_DEFINITION and name == "containerDefinitions":
            # Looked at container by container.
            continue
        # The SDK marks every parameter's value as a secret, but AWS shows those of type String.
        if name not in declared.secrets or (name == "value" and not _is_secure(declared)):
            yield from _texts(value, name)


def _is_secure(declared: Declared) -> bool:
    return bool(declared.inputs.get("type", "SecureString") == "SecureString")


def _values(deployment: Deployment) -> dict[str, str]:
    """Each secret value, and the resource that it is first seen with."""
    found: dict[str, str] = {}
    for type_, names in _SECRET.items():
        for declared in deployment.of(type_):
            for name in names if _is_secure(declared) else ():
                value = deployment.get(declared, name)
                if isinstance(value, str) and len(value) >= _SHORTEST:
                    found.setdefault(value, title(declared))
                    # As it stands in a URL.
                    found.setdefault(quote(value, safe=""), title(declared))
    return found


def _found(secrets: dict[str, str], text: str) -> str | None:
    return next((source for secret, source in secrets.items() if secret in text), None)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The texts inside a value, and where they are."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        named = value.get("name") if isinstance(value.get("name"), str) else None
        for key, inner in value.items():
            yield from _texts(
                inner, f"{path}.{named or key}" if key == "value" else f"{path}.{key}"
            )
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, path)
