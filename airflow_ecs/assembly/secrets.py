"""What is secret, and the parameters that hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from airflow_ecs import injection
from airflow_ecs.assembly.state import State
from airflow_ecs.components.keys import Keys, KeysArgs
from airflow_ecs.components.parameters import Parameters, ParametersArgs
from airflow_ecs.process import Service
from airflow_ecs.remote.placement import SECRETS, VALUES
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.dags import deploy_key


def secret_store(
    name: str,
    spec: ClusterSpec,
    services: Sequence[Service],
    state: State,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> Parameters:
    """Make up Airflow's own secrets, and keep all of them in Parameter Store."""
    keys = Keys(
        name, KeysArgs(users=spec.users, flower=spec.flower, protect=spec.protect_data), opts
    )
    secrets: dict[str, pulumi.Input[str]] = {
        **state.secrets,
        injection.FERNET_KEY: keys.fernet_key,
        injection.JWT_SECRET: keys.jwt_secret,
        injection.API_SECRET_KEY: keys.api_secret_key,
    }
    for username, password in keys.user_passwords.items():
        secrets[injection.user_password(username)] = password
    if keys.flower_login is not None:
        secrets[injection.FLOWER_LOGIN] = keys.flower_login
    for key, value in spec.secret_values.items():
        secrets[f"{SECRETS}/{key}"] = value
    return Parameters(
        name,
        ParametersArgs(
            naming=spec.naming,
            secrets=secrets,
            values={f"{VALUES}/{key}": value for key, value in spec.values.items()},
            existing=_existing(spec, services),
            lasting=[injection.FERNET_KEY] if spec.protect_data else [],
            kms_key_arn=spec.kms_key_arn,
            tags=tags,
        ),
        opts,
    )


def _existing(spec: ClusterSpec, services: Sequence[Service]) -> list[str]:
    named = set(spec.secrets.values())
    if key := deploy_key(spec.dags):
        named.add(key)
    for service in services:
        named |= set(service.changes.secrets.values())
    return sorted(named)
