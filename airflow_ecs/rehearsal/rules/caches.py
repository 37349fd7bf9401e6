"""ElastiCache: combinations that AWS refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.rules.deployment import known, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

# Source: Amazon ElastiCache user guide, "Authenticating with the AUTH command".
_TOKEN = re.compile(r"[A-Za-z0-9!&#$^<>-]{16,128}")
# Source: Amazon ElastiCache API reference, CreateReplicationGroup.
_IDENTIFIER = re.compile(r"[a-zA-Z](?:-?[a-zA-Z0-9])*")


def check(deployment: Deployment) -> Iterator[str]:
    """Replication groups."""
    for group in deployment.of("aws:elasticache/replicationGroup:ReplicationGroup"):
        yield from _failover(group)
        yield from _token(group)
        identifier = group.inputs.get("replicationGroupId")
        if isinstance(identifier, str) and not _IDENTIFIER.fullmatch(identifier):
            yield (
                f"{title(group)}: replicationGroupId is {identifier!r}; write letters, digits and "
                "single hyphens, a letter first."
            )


def _failover(group: Declared) -> Iterator[str]:
    given = group.inputs
    failover = given.get("automaticFailoverEnabled", False)
    nodes = given.get("numCacheClusters", 1)
    shards, replicas = given.get("numNodeGroups"), given.get("replicasPerNodeGroup", 0)
    single = nodes == 1 if shards is None else replicas == 0
    if failover is True and single:
        yield (
            f"{title(group)}: automaticFailoverEnabled is true with one node, and AWS wants "
            "another to fail over to; write numCacheClusters 2, or turn it off."
        )
    if given.get("multiAzEnabled") is True and failover is False:
        yield (
            f"{title(group)}: multiAzEnabled is true without automaticFailoverEnabled, which AWS "
            "refuses; turn automaticFailoverEnabled on."
        )


def _token(group: Declared) -> Iterator[str]:
    token, tls = group.inputs.get("authToken"), group.inputs.get("transitEncryptionEnabled", False)
    if token is not None and tls is False:
        yield (
            f"{title(group)}: it has an authToken without transitEncryptionEnabled, which AWS "
            "refuses; turn transitEncryptionEnabled on."
        )
    if known(token) and not _TOKEN.fullmatch(str(token)):
        yield (
            f"{title(group)}: its authToken has {len(str(token))} characters or one that AWS "
            "refuses; write 16 to 128 letters, digits and ! & # $ ^ < > -."
        )
