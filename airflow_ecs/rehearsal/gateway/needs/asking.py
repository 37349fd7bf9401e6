"""A call by somebody, somewhere: what its needs are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.gateway.iam import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.rehearsal.account_clients import Account
    from airflow_ecs.rehearsal.gateway.requests import Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """`role_arn` makes the call in `region`; what only AWS knows is asked of `account`."""

    call: Call
    role_arn: str
    region: str
    account: Account
    body: bytes = b""

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of the caller's account, in the region of the call."""
        _, partition, _, _, account_id, _ = self.role_arn.split(":", 5)
        return f"arn:{partition}:{service}:{self.region}:{account_id}:{resource}"

    def given(self, name: str, default: Any = "") -> Any:
        """A parameter of the call."""
        return self.call.parameters.get(name, default)

    def client(self, service: str) -> Any:
        """The account's client in the region of the call."""
        return self.account.client(service, self.region)

    def about(
        self,
        resource: str | None,
        *,
        action: str | None = None,
        context: dict[str, Sequence[str]] | None = None,
    ) -> Question:
        """The question whether this may be done; the call's own action unless another is named."""
        partition, account_id = self.role_arn.split(":")[1], self.role_arn.split(":")[4]
        known: dict[str, Sequence[str]] = {
            "aws:PrincipalArn": [self.role_arn],
            "aws:PrincipalAccount": [account_id],
            "aws:PrincipalType": ["AssumedRole"],
            "aws:PrincipalPartition": [partition],
            "aws:RequestedRegion": [self.region],
            # What is plain HTTP on loopback is HTTPS where it's deployed.
            "aws:SecureTransport": ["true"],
            "aws:ViaAWSService": ["false"],
        }
        return Question(
            action=action or f"{self.call.service}:{self.call.operation}",
            resource=resource,
            context=known | (context or {}),
        )
