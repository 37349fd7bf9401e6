"""Aurora: combinations of cluster and members that AWS refuses, or that answer nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.rules.deployment import fields, known, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

_CLUSTER = "aws:rds/cluster:Cluster"
_MEMBER = "aws:rds/clusterInstance:ClusterInstance"
_SERVERLESS = "db.serverless"

# In ACU. Source: Aurora user guide, "Performance and scaling for Aurora Serverless v2".
_MOST = 256


def check(deployment: Deployment) -> Iterator[str]:
    """Clusters, and the instances in them."""
    used = set()
    for member in deployment.of(_MEMBER):
        cluster = deployment.find(_CLUSTER, member.inputs.get("clusterIdentifier"))
        if cluster is not None:
            used.add(cluster.urn)
            yield from _member(member, cluster)
        elif not known(member.inputs.get("clusterIdentifier")):
            used |= member.dependencies
    for cluster in deployment.of(_CLUSTER):
        yield from _capacity(cluster)
        if cluster.urn not in used:
            yield (
                f"{title(cluster)}: it has no instance, so that nobody answers at its endpoint; "
                "declare a ClusterInstance in it."
            )


def _member(member: Declared, cluster: Declared) -> Iterator[str]:
    engine, wanted = member.inputs.get("engine"), cluster.inputs.get("engine")
    if engine != wanted and known(engine) and known(wanted):
        yield (
            f"{title(member)}: its engine is {engine!r}, and that of its cluster {wanted!r}; write "
            "the cluster's."
        )
    capacity = cluster.inputs.get("serverlessv2ScalingConfiguration")
    if member.inputs.get("instanceClass") == _SERVERLESS and capacity is None:
        yield (
            f"{title(member)}: it is {_SERVERLESS}, and its cluster has no "
            "serverlessv2ScalingConfiguration; write the capacities of the cluster."
        )


def _capacity(cluster: Declared) -> Iterator[str]:
    given = fields(cluster.inputs.get("serverlessv2ScalingConfiguration"))
    least, most = given.get("minCapacity"), given.get("maxCapacity")
    if (
        isinstance(least, int | float)
        and isinstance(most, int | float)
        and not 0 <= least <= most <= _MOST
    ):
        yield (
            f"{title(cluster)}: its capacity is {least} to {most} ACU, and Aurora takes 0 to "
            f"{_MOST}, the smaller first; write such a range."
        )
    if given.get("secondsUntilAutoPause") is not None and least != 0:
        yield (
            f"{title(cluster)}: it has secondsUntilAutoPause with minCapacity {least}, and only 0 "
            "pauses; write minCapacity 0, or leave the seconds out."
        )
