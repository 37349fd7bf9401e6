"""What roles may do: their policies, read as IAM reads them."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.declared import UNKNOWN
from airflow_ecs.rehearsal.rules.deployment import items, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

ROLE = "aws:iam/role:Role"
_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_POLICY = "aws:iam/policy:Policy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Permissions:
    """The statements of one role."""

    role: Declared
    statements: tuple[dict[str, Any], ...]

    def allow(self, action: str, resource: str) -> bool:
        """Whether the role may do it; conditions are taken to hold."""
        matching = [
            one for one in self.statements if _names_action(one, action) and _names(one, resource)
        ]
        effects = {one.get("Effect") for one in matching if _decides(one)}
        return "Allow" in effects and "Deny" not in effects


def _decides(statement: dict[str, Any]) -> bool:
    # A denial under a condition need not apply.
    return statement.get("Effect") == "Allow" or not statement.get("Condition")


def permissions(deployment: Deployment, role: Any) -> Permissions | None:
    """The permissions of a role by its ARN or name.

    Nothing when they can't be judged: the role, or a policy of it, is not this program's, or is
    not known yet.
    """
    declared = deployment.find(ROLE, role)
    if declared is None:
        return None
    statements: list[dict[str, Any]] = []
    for document in _documents(deployment, declared):
        if not isinstance(document, dict):
            return None
        found = document.get("Statement", [])
        statements += found if isinstance(found, list) else [found]
    return Permissions(role=declared, statements=tuple(statements))


def trusts(role: Declared, service: str) -> bool:
    """Whether an AWS service may take the role; true when that isn't known."""
    document = parsed(role.inputs.get("assumeRolePolicy"))
    if not isinstance(document, dict):
        return True
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else [principal]
        if service in _several(services) or "*" in _several(services):
            return bool(statement.get("Effect") == "Allow")
    return False


def _documents(deployment: Deployment, role: Declared) -> Iterator[Any]:
    """The role's policies; `UNKNOWN` for one that can't be read."""
    for inline in items(role.inputs.get("inlinePolicies")):
        yield parsed(inline.get("policy"))
    for policy in deployment.of("aws:iam/rolePolicy:RolePolicy"):
        if deployment.find(ROLE, policy.inputs.get("role")) is role:
            yield parsed(policy.inputs.get("policy"))
    attached = items(role.inputs.get("managedPolicyArns"))
    for attachment in deployment.of(_ATTACHMENT):
        if deployment.find(ROLE, attachment.inputs.get("role")) is role:
            attached.append(attachment.inputs.get("policyArn"))
    for arn in attached:
        managed = deployment.find(_POLICY, arn)
        yield parsed(managed.inputs.get("policy")) if managed else UNKNOWN


def _names_action(statement: dict[str, Any], action: str) -> bool:
    if "NotAction" in statement:
        return not _matches(_several(statement["NotAction"]), action.lower(), lower=True)
    return _matches(_several(statement.get("Action", [])), action.lower(), lower=True)


def _names(statement: dict[str, Any], resource: str) -> bool:
    if "NotResource" in statement:
        return not _matches(_several(statement["NotResource"]), resource)
    return _matches(_several(statement.get("Resource", [])), resource)


def _several(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _matches(patterns: Iterable[str], value: str, *, lower: bool = False) -> bool:
    # Actions are the same in capitals; resources are not.
    given = (pattern.lower() if lower else pattern for pattern in patterns)
    return any(_compiled(pattern).fullmatch(value) for pattern in given)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # IAM has * and ?, and no brackets.
    return re.compile(fnmatch.translate(pattern.replace("[", "[[]")))
