"""Explicit Pulumi providers: they create nothing, and steer the resources that use them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.account.inputs import Inputs
    from airflow_ecs.rehearsal.account.region import Region


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """What an explicit AWS provider adds to its resources."""

    region: str | None
    default_tags: Mapping[str, str]


def create_provider(region: Region, inputs: Inputs) -> Created:
    """Remember where the provider's resources go; credentials and assumed roles are ignored."""
    identity = f"provider-{inputs.logical_name}"
    if inputs.declared.type == "pulumi:providers:aws":
        tags = _decoded(inputs.take("defaultTags", {}))
        region.account.providers[f"{inputs.declared.urn}::{identity}"] = Provider(
            region=inputs.take("region"), default_tags=_decoded(tags.get("tags", {}))
        )
    # Everything else says how to reach the real AWS, which a rehearsal never does.
    inputs.aside(*inputs.declared.inputs)
    return Created(id=identity)


def _decoded(value: Any) -> Any:
    # Providers get their nested settings as JSON text.
    return json.loads(value) if isinstance(value, str) else value
