"""All plain environment variables of a service, from what is least to what is most its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from airflow_ecs import airflow_config, dag_bundles
from airflow_ecs.process import Need
from airflow_ecs.remote.placement import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.addresses import Addresses
    from airflow_ecs.process import Service
    from airflow_ecs.spec import ClusterSpec
    from airflow_ecs.spec.reading import Given


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """What the deployment tells its containers about itself.

    `dag_bundles` is Airflow's setting of that name, as JSON; None where the image holds the DAGs.
    `ecs_executor` are the variables of an executor that has ECS start the tasks.
    """

    placement: Given
    registry: Given
    dag_bundles: Given | None = None
    ecs_executor: Mapping[str, Given] = field(default_factory=dict)


def variables(
    service: Service, spec: ClusterSpec, addresses: Addresses, handed: Handed
) -> dict[str, Given]:
    """The environment of one service, secrets apart."""
    if not service.process.is_airflow:
        return dict(service.changes.environment)
    own = {**shared(spec, handed.registry), VARIABLE: handed.placement}
    if handed.dag_bundles is not None:
        own[dag_bundles.VARIABLE] = handed.dag_bundles
    if Need.DAGS in service.process.needs:
        own |= dag_bundles.variables(spec.dags)
    if Need.ECS_EXECUTOR in service.process.needs:
        own |= handed.ecs_executor
    if Need.USER_PASSWORDS in service.process.needs:
        own["AIRFLOW_USERS"] = _users(spec)
    return {
        **airflow_config.environment(service, spec, addresses),
        **own,
        **spec.extra_environment,
        **service.changes.environment,
    }


def shared(spec: ClusterSpec, registry: Given) -> dict[str, Given]:
    """What code finds about its deployment in each container of it."""
    return {
        "ENVIRONMENT": spec.naming.environment,
        "LOG_LEVEL": spec.log_level,
        "DOCKER_ADDRESS": registry,
        "PARAMETER_PATH": spec.naming.parameter_path,
    }


def _users(spec: ClusterSpec) -> str:
    users = [
        {
            "username": user.username,
            "email": user.email,
            "role": user.role,
            "first": user.first_name,
            "last": user.last_name,
        }
        for user in spec.users
    ]
    return json.dumps(users, sort_keys=True)
