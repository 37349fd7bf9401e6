"""What a container finds in its environment: plain values, and those of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.rules.deployment import items

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

PARAMETER = "aws:ssm/parameter:Parameter"
SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type


def of(deployment: Deployment, container: dict[str, Any]) -> dict[str, str]:
    """The values that are known, by variable."""
    values = {one.get("name"): one.get("value") for one in items(container.get("environment"))}
    for secret in items(container.get("secrets")):
        parameter = parameter_of(deployment, secret.get("valueFrom"))
        if parameter is not None:
            given = parameter.inputs
            values[secret.get("name")] = given.get("value") or given.get("insecureValue")
    return {str(key): value for key, value in values.items() if isinstance(value, str)}


def parameter_of(deployment: Deployment, reference: Any) -> Declared | None:
    """The parameter that a `valueFrom` names, by ARN or by name."""
    return deployment.find(PARAMETER, reference)
