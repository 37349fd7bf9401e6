"""Names that AWS would refuse for their length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.names import NAMES, too_long
from airflow_ecs.rehearsal.declared import UNKNOWN
from airflow_ecs.rehearsal.rules.deployment import title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.rules.deployment import Deployment


def check(deployment: Deployment) -> Iterator[str]:
    """Every name, given or to be made up."""
    for type_, naming in NAMES.items():
        for declared in deployment.of(type_):
            if UNKNOWN in (declared.inputs.get(naming.field), declared.inputs.get(naming.prefix)):
                continue
            name = naming.of(declared.inputs, logical_name=declared.name, urn=declared.urn)
            if sentence := too_long(naming, name):
                yield f"{title(declared)}: {sentence}"
