"""The ECS cluster, with Fargate on demand and on Spot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import capacity


@dataclass(frozen=True, kw_only=True, slots=True)
class EcsCluster:
    """A cluster by its ARN, and what must be there before anything runs on it."""

    arn: pulumi.Output[str]
    providers: pulumi.Resource


def ecs_cluster(
    name: str,
    physical_name: str,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> EcsCluster:
    """Make a cluster that AWS knows by its physical name."""
    cluster = aws.ecs.Cluster(
        name,
        name=physical_name,
        settings=[{"name": "containerInsights", "value": "enabled"}],
        tags=tags,
        opts=opts,
    )
    providers = aws.ecs.ClusterCapacityProviders(
        name,
        cluster_name=cluster.name,
        capacity_providers=list(capacity.PROVIDERS),
        opts=opts,
    )
    return EcsCluster(arn=cluster.arn, providers=providers)
