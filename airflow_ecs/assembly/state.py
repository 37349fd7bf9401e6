"""Database and broker: made, or the user's own; either way URLs to keep as secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from airflow_ecs import edges, injection, urls
from airflow_ecs.catalogue import REDIS
from airflow_ecs.components.broker import BrokerArgs, CeleryBroker
from airflow_ecs.components.database import DatabaseArgs, MetadataDatabase
from airflow_ecs.components.firewall import Firewall
from airflow_ecs.components.network import Network
from airflow_ecs.components.own_url import own_url
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.database import OwnDatabase, Sqlite


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The secrets to keep, by the parameters that shall hold them.

    `database_secret` is where RDS keeps the database's password itself, and changes it.
    """

    secrets: Mapping[str, pulumi.Input[str]]
    database_secret: pulumi.Output[str] | None = None


def make_state(
    name: str,
    spec: ClusterSpec,
    network: Network,
    firewall: Firewall,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> State:
    """Make what the user has not got."""
    database = _database(name, spec, network, firewall, tags, opts)
    broker = _broker(name, spec, network, firewall, tags, opts)
    return State(secrets={**database.secrets, **broker}, database_secret=database.database_secret)


def _database(
    name: str,
    spec: ClusterSpec,
    network: Network,
    firewall: Firewall,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> State:
    if isinstance(spec.database, Sqlite):
        return State(secrets={})
    if isinstance(spec.database, OwnDatabase):
        return State(secrets={injection.DATABASE_URL: _own_database(spec.database)})
    database = MetadataDatabase(
        name,
        DatabaseArgs(
            spec=spec.database,
            subnet_ids=network.state_subnet_ids,
            security_group_ids=[firewall.group_ids[edges.DATABASE]],
            protect=spec.protect_data,
            kms_key_arn=spec.kms_key_arn,
            tags=tags,
        ),
        opts,
    )
    return State(
        secrets={injection.DATABASE_URL: database.url}, database_secret=database.secret_arn
    )


def _own_database(spec: OwnDatabase) -> pulumi.Output[str]:
    if spec.url is not None:
        return own_url(
            "database.url", spec.url, lambda url: urls.own_postgresql(url, port=spec.port)
        )
    return pulumi.Output.all(spec.host, pulumi.Output.secret(spec.password)).apply(
        lambda known: urls.postgresql(
            user=spec.user, password=known[1], host=known[0], port=spec.port, database=spec.name
        )
    )


def _broker(
    name: str,
    spec: ClusterSpec,
    network: Network,
    firewall: Firewall,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> dict[str, pulumi.Input[str]]:
    if spec.broker is None:
        return {}
    group = firewall.group_ids.get(edges.BROKER)
    broker = CeleryBroker(
        name,
        BrokerArgs(
            spec=spec.broker,
            redis_host=spec.naming.address(REDIS.discovery or ""),
            subnet_ids=network.state_subnet_ids,
            security_group_ids=[] if group is None else [group],
            tags=tags,
        ),
        opts,
    )
    secrets: dict[str, pulumi.Input[str]] = {
        injection.BROKER_URL: broker.broker_url,
        injection.RESULT_BACKEND: broker.result_backend_url,
    }
    if broker.password is not None:
        secrets[injection.BROKER_PASSWORD] = broker.password
    return secrets
