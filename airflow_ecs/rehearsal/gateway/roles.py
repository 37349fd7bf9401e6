"""The policies of roles, as the account's API gives them."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.gateway.conditions import several

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from airflow_ecs.rehearsal.account_clients import Account

# Seconds after which policies are read again, so that a mended role works soon.
_FRESH = 5.0

Policy = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """What a role may do, and the boundary that it can't pass, if there is one."""

    policies: tuple[Policy, ...]
    boundary: Policy | None = None


class Roles:
    """Reads roles by their ARN; safe to use from several threads."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._lock = threading.Lock()
        self._read: dict[str, tuple[float, Role]] = {}

    def get(self, arn: str) -> Role:
        """The role's policies, at most five seconds old; a role that is gone has none."""
        with self._lock:
            when, role = self._read.get(arn, (0.0, None))
            if role is None or time.monotonic() - when > _FRESH:
                role = self._look_up(arn)
                self._read[arn] = time.monotonic(), role
            return role

    def takes(self, arn: str, service: str) -> bool:
        """Whether the role is there and lets a service take it."""
        try:
            role = self._iam.get_role(RoleName=_name(arn))["Role"]
        except self._iam.exceptions.NoSuchEntityException:
            return False
        statements = several(role["AssumeRolePolicyDocument"].get("Statement", []))
        return any(_trusts(statement, service) for statement in statements)

    @property
    def _iam(self) -> Any:
        return self._account.client("iam")

    def _look_up(self, arn: str) -> Role:
        name = _name(arn)
        try:
            role = self._iam.get_role(RoleName=name)["Role"]
            policies = (*self._inline(name), *self._attached(name))
        except self._iam.exceptions.NoSuchEntityException:
            return Role(policies=())
        boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return Role(policies=policies, boundary=self._managed(boundary) if boundary else None)

    def _inline(self, name: str) -> Iterator[Policy]:
        for page in self._iam.get_paginator("list_role_policies").paginate(RoleName=name):
            for policy in page["PolicyNames"]:
                found = self._iam.get_role_policy(RoleName=name, PolicyName=policy)
                yield found["PolicyDocument"]

    def _attached(self, name: str) -> Iterator[Policy]:
        for page in self._iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
            for policy in page["AttachedPolicies"]:
                yield self._managed(policy["PolicyArn"])

    def _managed(self, arn: str) -> Policy:
        version = self._iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = self._iam.get_policy_version(PolicyArn=arn, VersionId=version)
        document: Policy = found["PolicyVersion"]["Document"]
        return document


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _trusts(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal", {})
    services = several(principal.get("Service", [])) if isinstance(principal, dict) else [principal]
    return statement.get("Effect") == "Allow" and bool({service, "*"} & set(services))
