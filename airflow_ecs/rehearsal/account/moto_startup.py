"""What moto reads anew for every account, which would be most of the time of a rehearsal."""

from __future__ import annotations

from copy import copy
from typing import Any

from moto.ec2.models.amis import AmiBackend
from moto.iam.models import IAMBackend


def mend() -> None:
    """Read AWS's own policies once a process, and no machine images at all."""
    read = IAMBackend._init_aws_policies
    policies: dict[tuple[str, str], list[Any]] = {}

    def read_once(self: IAMBackend) -> list[Any]:
        key = self.region_name, self.account_id
        if key not in policies:
            policies[key] = read(self)
        # An account counts attachments in the policy itself, so each has copies.
        return [copy(policy) for policy in policies[key]]

    def read_nothing(self: AmiBackend) -> None:
        """Fargate has no machines to start."""

    _replace(IAMBackend, "_init_aws_policies", read_once)
    _replace(AmiBackend, "_load_amis", read_nothing)


def _replace(owner: type, name: str, function: Any) -> None:
    setattr(owner, name, function)
