"""ElastiCache: replication groups and their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region


_DEFAULT_PORT = 6379

_GROUP: Members = pascal(
    "engine",
    "engineVersion",
    "port",
    "numCacheClusters",
    "numNodeGroups",
    "replicasPerNodeGroup",
    "automaticFailoverEnabled",
    "securityGroupIds",
    "snapshotRetentionLimit",
    "snapshotWindow",
    "kmsKeyId",
    "authToken",
    "transitEncryptionEnabled",
    "transitEncryptionMode",
    "notificationTopicArn",
    "userGroupIds",
    "dataTieringEnabled",
    "networkType",
    "ipDiscovery",
    "clusterMode",
) | {
    "description": "ReplicationGroupDescription",
    "nodeType": "CacheNodeType",
    "multiAzEnabled": "MultiAZEnabled",
    "parameterGroupName": "CacheParameterGroupName",
    "subnetGroupName": "CacheSubnetGroupName",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "preferredCacheClusterAzs": "PreferredCacheClusterAZs",
}


def create_replication_group(region: Region, inputs: Inputs) -> Created:
    """A Redis or Valkey group."""
    name = inputs.name()
    request = inputs.request(_GROUP)
    # These two arrive as text: the provider tells "false" from "not given".
    for given, member in (
        ("atRestEncryptionEnabled", "AtRestEncryptionEnabled"),
        ("autoMinorVersionUpgrade", "AutoMinorVersionUpgrade"),
    ):
        if (value := inputs.take(given)) is not None:
            request[member] = str(value).lower() == "true"
    # They concern updates and deletion alone.
    inputs.aside("applyImmediately", "authTokenUpdateStrategy", "finalSnapshotIdentifier")
    group = region.client("elasticache").create_replication_group(
        ReplicationGroupId=name, **inputs.tag_list(), **request
    )["ReplicationGroup"]
    shard = group["NodeGroups"][0]
    clustered = group.get("ClusterEnabled", False)
    port = request.get("Port", _DEFAULT_PORT)
    primary = shard.get("PrimaryEndpoint", {}).get("Address", "")
    return Created(
        id=name,
        outputs={
            "arn": group["ARN"],
            "replicationGroupId": name,
            "clusterEnabled": clustered,
            "primaryEndpointAddress": primary,
            "readerEndpointAddress": shard.get("ReaderEndpoint", {}).get("Address", ""),
            "configurationEndpointAddress": group.get("ConfigurationEndpoint", {}).get(
                "Address", ""
            ),
            "memberClusters": group.get("MemberClusters", []),
            "engineVersionActual": request.get("EngineVersion", ""),
            "port": port,
        },
    )


def create_subnet_group(region: Region, inputs: Inputs) -> Created:
    """The subnets that a cache may be in."""
    name = inputs.name()
    group = region.client("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName=name,
        CacheSubnetGroupDescription=inputs.take("description", "Managed by Pulumi"),
        **inputs.tag_list(),
        **inputs.request(pascal("subnetIds")),
    )["CacheSubnetGroup"]
    return Created(
        id=name, outputs={"arn": group["ARN"], "name": name, "vpcId": group.get("VpcId", "")}
    )


def create_parameter_group(region: Region, inputs: Inputs) -> Created:
    """The settings of a cache engine."""
    elasticache = region.client("elasticache")
    name = inputs.name()
    group = elasticache.create_cache_parameter_group(
        CacheParameterGroupName=name,
        CacheParameterGroupFamily=inputs.required("family"),
        Description=inputs.take("description", "Managed by Pulumi"),
        **inputs.tag_list(),
    )["CacheParameterGroup"]
    settings = inputs.translated(
        inputs.take("parameters", []),
        {"name": "ParameterName", "value": "ParameterValue"},
        "parameters",
    )
    if settings:
        elasticache.modify_cache_parameter_group(
            CacheParameterGroupName=name, ParameterNameValues=settings
        )
    return Created(id=name, outputs={"arn": group["ARN"], "name": name})
