"""Names, Parameter Store paths, tags, and the AWS limits that they must keep to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LABEL = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")

# What Pulumi appends to a name it makes unique: a hyphen and seven hex digits.
_AUTONAME = 8

_LONGEST_PART = len("-dag-processor-execution")


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """How long AWS lets a name be, and the longest that ours becomes."""

    what: str
    characters: int
    length: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """Every name of one deployment, from the component's name and its environment."""

    name: str
    environment: str

    @property
    def prefix(self) -> str:
        """What physical names start with, such as `airflow-dev`."""
        return f"{self.name}-{self.environment}"

    @property
    def parameter_path(self) -> str:
        """Where Parameter Store keeps what belongs to the deployment."""
        return f"/{self.name}/{self.environment}"

    @property
    def private_zone(self) -> str:
        """The private hosted zone of the web page when no domain is given."""
        return f"{self.prefix}.internal"

    @property
    def namespace(self) -> str:
        """The Cloud Map namespace in which services find each other."""
        return f"services.{self.prefix}.internal"

    def logical(self, part: str) -> str:
        """The Pulumi name of a part: its URN, and where AWS allows it the start of its name."""
        return f"{self.name}-{part}"

    def family(self, service: str) -> str:
        """The task definition family, and the ECS name, of a service."""
        return f"{self.prefix}-{service}"

    def log_group(self, service: str) -> str:
        """The CloudWatch log group of a service."""
        return f"/ecs/{self.prefix}/{service}"

    def parameter(self, *parts: str) -> str:
        """The full name of a parameter under the path."""
        return "/".join((self.parameter_path, *parts))

    def address(self, host: str) -> str:
        """The name under which a service is found inside the VPC."""
        return f"{host}.{self.namespace}"

    @property
    def tags(self) -> dict[str, str]:
        """The tags that every resource carries."""
        return {"airflow-ecs:cluster": self.prefix, "airflow-ecs:environment": self.environment}


def is_label(text: str) -> bool:
    """Whether AWS takes `text` in every place where a name stands: as DNS does, lower case."""
    return _LABEL.fullmatch(text) is not None and "--" not in text


def cluster_limits(naming: Naming) -> tuple[Limit, ...]:
    """The AWS limits that an Airflow's names must keep to."""
    name, prefix = len(naming.name), len(naming.prefix)
    return (
        Limit(what="a target group", characters=32, length=name + len("-flower") + _AUTONAME),
        Limit(what="a replication group", characters=40, length=name + len("-broker") + _AUTONAME),
        Limit(what="an IAM role", characters=64, length=name + _LONGEST_PART + _AUTONAME),
        Limit(what="a label of a DNS name", characters=63, length=prefix),
    )


def remote_task_limits(naming: Naming) -> tuple[Limit, ...]:
    """The AWS limits that the names of a place for remote tasks must keep to."""
    longest = len(naming.name) + len("-execution") + _AUTONAME
    return (
        Limit(what="an IAM role", characters=64, length=longest),
        # The same as AirflowCluster's: a deployment may become one.
        Limit(what="a label of a DNS name", characters=63, length=len(naming.prefix)),
    )


def first_exceeded(limits: Iterable[Limit]) -> Limit | None:
    """The first limit that a name would pass."""
    return next((limit for limit in limits if limit.length > limit.characters), None)
