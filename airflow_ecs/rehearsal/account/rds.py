"""RDS: instances and their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.account import kms
from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region


_INSTANCE: Members = pascal(
    "allocatedStorage",
    "maxAllocatedStorage",
    "storageType",
    "storageEncrypted",
    "storageThroughput",
    "iops",
    "kmsKeyId",
    "engine",
    "engineVersion",
    "licenseModel",
    "port",
    "publiclyAccessible",
    "vpcSecurityGroupIds",
    "availabilityZone",
    "autoMinorVersionUpgrade",
    "backupRetentionPeriod",
    "copyTagsToSnapshot",
    "deletionProtection",
    "monitoringInterval",
    "monitoringRoleArn",
    "networkType",
    "manageMasterUserPassword",
    "masterUserSecretKmsKeyId",
    "databaseInsightsMode",
    "dedicatedLogVolume",
    "engineLifecycleSupport",
) | {
    "dbName": "DBName",
    "instanceClass": "DBInstanceClass",
    "dbSubnetGroupName": "DBSubnetGroupName",
    "parameterGroupName": "DBParameterGroupName",
    "username": "MasterUsername",
    "multiAz": "MultiAZ",
    "backupWindow": "PreferredBackupWindow",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "caCertIdentifier": "CACertificateIdentifier",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
    "performanceInsightsRetentionPeriod": "PerformanceInsightsRetentionPeriod",
}


def create_instance(region: Region, inputs: Inputs) -> Created:
    """A database instance."""
    kms.check(region, inputs, "masterUserSecretKmsKeyId")
    identifier = inputs.name()
    request = inputs.request(_INSTANCE)
    password = inputs.take("password", inputs.take("passwordWo"))
    if password is not None:
        request["MasterUserPassword"] = password
    # They concern updates and deletion alone.
    inputs.aside(
        "allowMajorVersionUpgrade",
        "applyImmediately",
        "blueGreenUpdate",
        "deleteAutomatedBackups",
        "finalSnapshotIdentifier",
        "passwordWoVersion",
        "skipFinalSnapshot",
    )
    instance = region.client("rds").create_db_instance(
        DBInstanceIdentifier=identifier, **inputs.tag_list(), **request
    )["DBInstance"]
    address, port = instance["Endpoint"]["Address"], instance["Endpoint"]["Port"]
    return Created(
        # As the provider since version 6: the id that survives a new name.
        id=instance["DbiResourceId"],
        outputs={
            "arn": instance["DBInstanceArn"],
            "identifier": identifier,
            "address": address,
            "endpoint": f"{address}:{port}",
            "port": port,
            "engineVersion": instance["EngineVersion"],
            "engineVersionActual": instance["EngineVersion"],
            "resourceId": instance["DbiResourceId"],
            "hostedZoneId": instance["Endpoint"].get("HostedZoneId", ""),
            "status": "available",
            "masterUserSecrets": master_secrets(instance),
        },
    )


def create_subnet_group(region: Region, inputs: Inputs) -> Created:
    """The subnets that a database may be in."""
    name = inputs.name()
    group = region.client("rds").create_db_subnet_group(
        DBSubnetGroupName=name,
        DBSubnetGroupDescription=inputs.take("description", "Managed by Pulumi"),
        **inputs.tag_list(),
        **inputs.request(pascal("subnetIds")),
    )["DBSubnetGroup"]
    return Created(
        id=name,
        outputs={"arn": group["DBSubnetGroupArn"], "name": name, "vpcId": group["VpcId"]},
    )


def create_parameter_group(region: Region, inputs: Inputs) -> Created:
    """The settings of a database engine."""
    rds = region.client("rds")
    name = inputs.name()
    group = rds.create_db_parameter_group(
        DBParameterGroupName=name,
        DBParameterGroupFamily=inputs.required("family"),
        Description=inputs.take("description", "Managed by Pulumi"),
        **inputs.tag_list(),
    )["DBParameterGroup"]
    inputs.aside("skipDestroy")
    if settings := engine_settings(inputs):
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=settings)
    return Created(id=name, outputs={"arn": group["DBParameterGroupArn"], "name": name})


def master_secrets(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where RDS keeps the password of an instance or a cluster, if it does."""
    secret = answer.get("MasterUserSecret")
    return [{"secretArn": secret["SecretArn"], "secretStatus": "active"}] if secret else []


def engine_settings(inputs: Inputs) -> list[dict[str, str]]:
    """The parameters of an instance's group or a cluster's, with the provider's default."""
    settings = inputs.translated(
        inputs.take("parameters", []),
        {"name": "ParameterName", "value": "ParameterValue", "applyMethod": "ApplyMethod"},
        "parameters",
    )
    return [{"ApplyMethod": "immediate"} | setting for setting in settings]
