"""Where remote tasks run: the one contract between the deployment and DAG code.

The cluster writes it, DAGs read it: as JSON in the environment of every container, and in
Parameter Store for readers outside the cluster. Standard library only.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "AIRFLOW_ECS_PLACEMENT"
PARAMETER = "placement"
VALUES = "values"
SECRETS = "secrets"
LOCKS = "locks"


class PlacementError(RuntimeError):
    """There is no placement to read here, or it is not one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """What a task needs to know to run on the cluster.

    `capacity_providers` is a capacity provider strategy as RunTask takes it, `family_prefix`
    what the names of all families of remote tasks start with, `registry` the host that images
    without one come from, `values` whatever the deployment was told to hand on. Secrets are
    not in here: they are parameters under `parameter_path`/secrets.
    """

    environment: str
    region: str
    cluster: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    assign_public_ip: bool
    capacity_providers: tuple[Mapping[str, Any], ...]
    execution_role: str
    task_role: str
    log_group: str
    log_prefix: str
    family_prefix: str
    registry: str
    parameter_path: str
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def document(cls, **parts: Any) -> dict[str, Any]:
        """The JSON object to write, from exactly the fields of a placement.

        The deployment's side of the contract: its parts may be outputs of resources, so
        they are not looked at. A field too many or too few is a mistake of the caller.
        """
        names = {field.name for field in fields(cls)}
        if parts.keys() != names:
            raise TypeError(f"a placement has the parts {sorted(names)}, not {sorted(parts)}")
        return dict(parts)

    @classmethod
    # A file may make hundreds of tasks, each of which asks.
    @cache
    def from_json(cls, text: str) -> Placement:
        """Read a placement that a cluster wrote; keys of a newer cluster are passed over."""
        try:
            parts = json.loads(text)
            known = {field.name: parts[field.name] for field in fields(cls)}
        except (ValueError, TypeError, KeyError) as error:
            raise PlacementError(
                f"The placement can't be read ({error}); it is written by the deployment, so "
                "deploy the cluster and this image from the same version of airflow-ecs."
            ) from None
        for name in ("subnets", "security_groups", "capacity_providers"):
            known[name] = tuple(known[name])
        return cls(**known)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Placement:
        """The placement of the container that this code runs in."""
        text = (os.environ if environ is None else environ).get(VARIABLE)
        if not text:
            raise PlacementError(
                f"{VARIABLE} is not set: this code does not run in a container of the cluster. "
                "Outside of it, read the parameter `placement` under the parameter path."
            )
        return cls.from_json(text)

    def lock(self, family: str) -> str:
        """The parameter that whoever registers in a family holds."""
        return f"{self.parameter_path}/{LOCKS}/{family}"

    def network(self, *, on_instances: bool) -> dict[str, Any]:
        """The network configuration of RunTask; on EC2 instances there are no public addresses."""
        public = self.assign_public_ip and not on_instances
        return {
            "awsvpcConfiguration": {
                "subnets": list(self.subnets),
                "securityGroups": list(self.security_groups),
                "assignPublicIp": "ENABLED" if public else "DISABLED",
            }
        }
