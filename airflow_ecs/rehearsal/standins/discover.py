"""What there is to stand in for, as the emulated account tells it."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.standins.described import Cache, Database

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.account_clients import Account

# The account's answer to who stands in; no API of AWS tells a password.
_SECRETS = "/rehearsal/stand-in-secrets"

# RDS forces TLS by default since this version (User Guide, "Using SSL with PostgreSQL").
_TLS_FORCED_SINCE = 15

# The default of every parameter group family of ElastiCache.
_MAX_MEMORY_POLICY = "volatile-lru"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployed:
    """The databases and caches of one region."""

    databases: tuple[Database, ...]
    caches: tuple[Cache, ...]


def discover(account: Account) -> Deployed:
    """Ask the emulated account."""
    secrets = _secrets(account.url)
    rds, elasticache = account.client("rds"), account.client("elasticache")
    instances = _all(rds, "describe_db_instances", "DBInstances")
    clusters = _all(rds, "describe_db_clusters", "DBClusters")
    groups = _all(elasticache, "describe_replication_groups", "ReplicationGroups")
    return Deployed(
        databases=(
            *(
                _database(rds, instance, secrets[instance["DBInstanceArn"]])
                for instance in instances
                if instance["Engine"] == "postgres"
            ),
            *(
                _cluster(rds, cluster, secrets[cluster["DBClusterArn"]])
                for cluster in clusters
                # Nobody answers at the endpoint of a cluster without members.
                if cluster["Engine"] == "aurora-postgresql" and cluster["DBClusterMembers"]
            ),
        ),
        caches=tuple(_cache(elasticache, group, secrets[group["ARN"]]) for group in groups),
    )


def _secrets(endpoint_url: str) -> dict[str, dict[str, Any]]:
    # No proxy: the account is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(endpoint_url.rstrip("/") + _SECRETS, timeout=10) as answer:
        return dict(json.load(answer))


def _database(rds: Any, instance: Mapping[str, Any], secret: Mapping[str, Any]) -> Database:
    version = instance["EngineVersion"]
    settings: dict[str, str] = {}
    for group in instance.get("DBParameterGroups", []):
        name = group["DBParameterGroupName"]
        settings |= _settings(rds, "describe_db_parameters", DBParameterGroupName=name)
    return Database(
        identifier=instance["DBInstanceIdentifier"],
        host_name=instance["Endpoint"]["Address"],
        port=instance["Endpoint"]["Port"],
        version=version,
        user=instance["MasterUsername"],
        password=secret["password"],
        database=instance.get("DBName", "postgres"),
        force_tls=_forces_tls(settings, version),
    )


def _cluster(rds: Any, cluster: Mapping[str, Any], secret: Mapping[str, Any]) -> Database:
    group, version = cluster["DBClusterParameterGroup"], cluster["EngineVersion"]
    named = {"DBClusterParameterGroupName": group}
    is_default = group.startswith("default.")
    return Database(
        identifier=cluster["DBClusterIdentifier"],
        host_name=cluster["Endpoint"],
        port=cluster["Port"],
        version=version,
        user=cluster["MasterUsername"],
        password=secret["password"],
        database=cluster.get("DatabaseName", "postgres"),
        force_tls=_forces_tls(
            {} if is_default else _settings(rds, "describe_db_cluster_parameters", **named),
            version,
        ),
    )


def _forces_tls(settings: Mapping[str, str], version: str) -> bool:
    forced_by_default = int(version.partition(".")[0]) >= _TLS_FORCED_SINCE
    return settings.get("rds.force_ssl", str(int(forced_by_default))) == "1"


def _cache(elasticache: Any, group: Mapping[str, Any], secret: Mapping[str, Any]) -> Cache:
    settings: dict[str, str] = {}
    if name := secret["parameter_group"]:
        settings = _settings(elasticache, "describe_cache_parameters", CacheParameterGroupName=name)
    shard = group["NodeGroups"][0]
    endpoints = [group.get("ConfigurationEndpoint"), shard.get("PrimaryEndpoint")]
    endpoints.append(shard.get("ReaderEndpoint"))
    known = [endpoint for endpoint in endpoints if endpoint]
    return Cache(
        identifier=group["ReplicationGroupId"],
        host_names=tuple(endpoint["Address"] for endpoint in known),
        port=int(known[0]["Port"]),
        auth_token=secret["auth_token"],
        tls=group.get("TransitEncryptionEnabled", False),
        max_memory_policy=settings.get("maxmemory-policy", _MAX_MEMORY_POLICY),
    )


def _settings(client: Any, operation: str, **group: str) -> dict[str, str]:
    parameters = _all(client, operation, "Parameters", **group)
    return {
        parameter["ParameterName"]: parameter["ParameterValue"]
        for parameter in parameters
        if "ParameterValue" in parameter
    }


def _all(client: Any, operation: str, member: str, **request: str) -> list[Any]:
    pages = client.get_paginator(operation).paginate(**request)
    return [one for page in pages for one in page.get(member, [])]
