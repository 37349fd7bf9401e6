"""RDS: clusters of Aurora, their members and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account import kms, rds
from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region

_CLUSTER: Members = pascal(
    "availabilityZones",
    "backupRetentionPeriod",
    "copyTagsToSnapshot",
    "databaseName",
    "deletionProtection",
    "enableHttpEndpoint",
    "engine",
    "engineMode",
    "engineVersion",
    "kmsKeyId",
    "manageMasterUserPassword",
    "masterUserSecretKmsKeyId",
    "masterUsername",
    "networkType",
    "port",
    "preferredBackupWindow",
    "preferredMaintenanceWindow",
    "storageEncrypted",
    "storageType",
    "vpcSecurityGroupIds",
) | {
    "dbSubnetGroupName": "DBSubnetGroupName",
    "dbClusterParameterGroupName": "DBClusterParameterGroupName",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "serverlessv2ScalingConfiguration": (
        "ServerlessV2ScalingConfiguration",
        pascal("minCapacity", "maxCapacity", "secondsUntilAutoPause"),
    ),
}

_MEMBER: Members = pascal(
    "autoMinorVersionUpgrade",
    "availabilityZone",
    "copyTagsToSnapshot",
    "engine",
    "engineVersion",
    "monitoringInterval",
    "monitoringRoleArn",
    "promotionTier",
    "publiclyAccessible",
) | {
    "clusterIdentifier": "DBClusterIdentifier",
    "caCertIdentifier": "CACertificateIdentifier",
    "dbParameterGroupName": "DBParameterGroupName",
    "dbSubnetGroupName": "DBSubnetGroupName",
    "instanceClass": "DBInstanceClass",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
}


def create_cluster(region: Region, inputs: Inputs) -> Created:
    """A cluster; nobody answers at its endpoint before it has a member."""
    kms.check(region, inputs, "masterUserSecretKmsKeyId")
    identifier = inputs.name()
    request = inputs.request(_CLUSTER)
    password = inputs.take("masterPassword", inputs.take("masterPasswordWo"))
    if password is not None:
        request["MasterUserPassword"] = password
    # They concern updates and deletion alone.
    inputs.aside(
        "allowMajorVersionUpgrade",
        "applyImmediately",
        "deleteAutomatedBackups",
        "finalSnapshotIdentifier",
        "masterPasswordWoVersion",
        "skipFinalSnapshot",
    )
    cluster = region.client("rds").create_db_cluster(
        DBClusterIdentifier=identifier, **inputs.tag_list(), **request
    )["DBCluster"]
    return Created(
        id=identifier,
        outputs={
            "arn": cluster["DBClusterArn"],
            "clusterIdentifier": identifier,
            "clusterResourceId": cluster["DbClusterResourceId"],
            "endpoint": cluster["Endpoint"],
            "readerEndpoint": cluster["ReaderEndpoint"],
            "port": cluster["Port"],
            "engineVersion": cluster["EngineVersion"],
            "engineVersionActual": cluster["EngineVersion"],
            "hostedZoneId": cluster["HostedZoneId"],
            "masterUserSecrets": rds.master_secrets(cluster),
        },
    )


def create_cluster_instance(region: Region, inputs: Inputs) -> Created:
    """A member of a cluster, its writer if it is the first."""
    identifier = inputs.name()
    request = inputs.request(_MEMBER)
    # They concern updates and deletion alone.
    inputs.aside("applyImmediately", "forceDestroy")
    instance = region.client("rds").create_db_instance(
        DBInstanceIdentifier=identifier, **inputs.tag_list(), **request
    )["DBInstance"]
    address, port = instance["Endpoint"]["Address"], instance["Endpoint"]["Port"]
    return Created(
        id=identifier,
        outputs={
            "arn": instance["DBInstanceArn"],
            "identifier": identifier,
            "endpoint": address,
            "port": port,
            "dbiResourceId": instance["DbiResourceId"],
            "engineVersionActual": instance["EngineVersion"],
        },
    )


def create_cluster_parameter_group(region: Region, inputs: Inputs) -> Created:
    """The settings of a cluster's engine."""
    client = region.client("rds")
    name = inputs.name()
    group = client.create_db_cluster_parameter_group(
        DBClusterParameterGroupName=name,
        DBParameterGroupFamily=inputs.required("family"),
        Description=inputs.take("description", "Managed by Pulumi"),
        **inputs.tag_list(),
    )["DBClusterParameterGroup"]
    if settings := rds.engine_settings(inputs):
        client.modify_db_cluster_parameter_group(
            DBClusterParameterGroupName=name, Parameters=settings
        )
    return Created(id=name, outputs={"arn": group["DBClusterParameterGroupArn"], "name": name})
