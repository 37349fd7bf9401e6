"""Database and broker: made, or the user's own; either way URLs to keep as secrets."""

from __future__ import annotations

from collections.abc import Mapping

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


def state_secrets(
    name: str,
    spec: ClusterSpec,
    network: Network,
    firewall: Firewall,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> dict[str, pulumi.Input[str]]:
    """The secrets of database and broker, by the parameters that shall hold them."""
    return {
        **_database(name, spec, network, firewall, tags, opts),
        **_broker(name, spec, network, firewall, tags, opts),
    }


def _database(
    name: str,
    spec: ClusterSpec,
    network: Network,
    firewall: Firewall,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> dict[str, pulumi.Input[str]]:
    if isinstance(spec.database, Sqlite):
        return {}
    if isinstance(spec.database, OwnDatabase):
        return {injection.DATABASE_URL: _own_database(spec.database)}
    database = MetadataDatabase(
        name,
        DatabaseArgs(
            spec=spec.database,
            subnet_ids=network.state_subnet_ids,
            security_group_ids=[firewall.group_ids[edges.DATABASE]],
            protect=spec.protect_data,
            tags=tags,
        ),
        opts,
    )
    return {injection.DATABASE_URL: database.url}


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
