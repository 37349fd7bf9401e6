"""A task definition as a value: two are equal exactly when ECS would run the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.differences import differences
from airflow_ecs.remote.normal_form import canonical, normal_form, refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

FINGERPRINT = "airflow-ecs:fingerprint"
"""The tag of a registered definition that holds its fingerprint."""


@dataclass(frozen=True, slots=True)
class TaskDefinition:
    """What RegisterTaskDefinition is given, in normal form and with its fingerprint as a tag.

    Made by `from_request` and `from_aws`.
    """

    body: str
    tags: frozenset[tuple[str, str]]

    @classmethod
    def from_request(cls, request: Mapping[str, Any]) -> TaskDefinition:
        """What a request to RegisterTaskDefinition asks for.

        Raises:
            RemoteTaskError: it names something that a task definition does not have.
        """
        refuse_unknown(request)
        body = canonical(normal_form(request))
        tags = {tag["key"]: tag["value"] for tag in request.get("tags", ())}
        tags[FINGERPRINT] = hashlib.sha256(f"{body}{canonical(tags)}".encode()).hexdigest()
        return cls(body, frozenset(tags.items()))

    @classmethod
    def from_aws(cls, answer: Mapping[str, Any]) -> TaskDefinition:
        """What DescribeTaskDefinition answers, asked to include TAGS."""
        tags = {tag["key"]: tag["value"] for tag in answer.get("tags", ())}
        return cls(
            canonical(normal_form(answer["taskDefinition"])),
            # AWS tags what CloudFormation or Service Catalog have made with its own prefix.
            frozenset((key, tags[key]) for key in tags if not key.startswith("aws:")),
        )

    def to_request(self) -> dict[str, Any]:
        """The parameters of RegisterTaskDefinition."""
        tags = [{"key": key, "value": value} for key, value in sorted(self.tags)]
        return {**json.loads(self.body), "tags": tags}

    @property
    def family(self) -> str:
        """The family whose revision it is."""
        return str(json.loads(self.body)["family"])

    @property
    def fingerprint(self) -> str | None:
        """Of all that was asked for; None on a definition that others have registered."""
        return dict(self.tags).get(FINGERPRINT)

    def serves(self, wanted: TaskDefinition) -> bool:
        """Whether this one, which is registered, is the wanted one.

        Others may have tagged it since, as auto-tagging does: that is no reason to register
        the same again. A tag that is no longer wanted shows in the fingerprint.
        """
        return self.body == wanted.body and wanted.tags <= self.tags

    def diff(self, other: TaskDefinition) -> list[str]:
        """What changes from this one to the other, a line each; nothing when they are equal."""
        return differences(_readable(self), _readable(other))


def _readable(definition: TaskDefinition) -> dict[str, Any]:
    tags = {key: value for key, value in definition.tags if key != FINGERPRINT}
    return {**json.loads(definition.body), "tags": tags}
