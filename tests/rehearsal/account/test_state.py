from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.account.moto_elasticache import abbreviation
from airflow_ecs.rehearsal.declared import RehearsalError

from .conftest import ARN, REGION

if TYPE_CHECKING:
    from .conftest import Workbench


def test_a_database_has_an_address_in_its_region(bench: Workbench) -> None:
    network = bench.network("net")
    subnets = bench.create(
        "aws:rds/subnetGroup:SubnetGroup", "s", subnetIds=network["privateSubnetIds"]
    )
    settings = bench.create(
        "aws:rds/parameterGroup:ParameterGroup",
        "p",
        family="postgres17",
        parameters=[{"name": "rds.force_ssl", "value": "1", "applyMethod": "pending-reboot"}],
    )
    group = bench.create("aws:ec2/securityGroup:SecurityGroup", "g", vpcId=network["vpcId"]).id

    database = bench.create(
        "aws:rds/instance:Instance",
        "Database",
        engine="postgres",
        engineVersion="17.4",
        instanceClass="db.t4g.micro",
        allocatedStorage=20,
        storageEncrypted=True,
        multiAz=True,
        dbName="airflow",
        username="airflow",
        password="correct-horse",
        dbSubnetGroupName=subnets.id,
        parameterGroupName=settings.id,
        vpcSecurityGroupIds=[group],
        skipFinalSnapshot=True,
        deletionProtection=True,
    )

    identifier = database.outputs["identifier"]
    found = bench.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)
    instance = found["DBInstances"][0]
    # Not Pulumi, but the Terraform provider beneath it makes this one up.
    assert identifier.startswith("terraform-")
    assert instance["MultiAZ"]
    assert instance["StorageEncrypted"]
    assert instance["DeletionProtection"]
    assert instance["DBSubnetGroup"]["DBSubnetGroupName"] == subnets.id
    assert instance["VpcSecurityGroups"][0]["VpcSecurityGroupId"] == group
    assert f".{REGION}.rds.amazonaws.com" in database.outputs["address"]
    assert database.outputs["endpoint"] == f"{database.outputs['address']}:5432"
    assert database.id == instance["DbiResourceId"]


def test_an_aurora_cluster_has_an_endpoint_a_writer_and_its_capacities(bench: Workbench) -> None:
    settings = bench.create(
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        "p",
        family="aurora-postgresql17",
        parameters=[{"name": "rds.force_ssl", "value": "1"}],
    )
    capacity = {"minCapacity": 0, "maxCapacity": 4, "secondsUntilAutoPause": 300}
    cluster = bench.create(
        "aws:rds/cluster:Cluster",
        "Database",
        engine="aurora-postgresql",
        engineVersion="17",
        databaseName="airflow",
        masterUsername="airflow",
        masterPassword="correct-horse",
        dbClusterParameterGroupName=settings.id,
        serverlessv2ScalingConfiguration=capacity,
        skipFinalSnapshot=True,
    )
    member = bench.create(
        "aws:rds/clusterInstance:ClusterInstance",
        "Writer",
        clusterIdentifier=cluster.id,
        engine="aurora-postgresql",
        instanceClass="db.serverless",
    )

    (found,) = bench.client("rds").describe_db_clusters(DBClusterIdentifier=cluster.id)[
        "DBClusters"
    ]
    assert found["Endpoint"] == cluster.outputs["endpoint"]
    assert f".{REGION}.rds.amazonaws.com" in found["Endpoint"]
    assert found["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 4
    (writer,) = found["DBClusterMembers"]
    assert (writer["DBInstanceIdentifier"], writer["IsClusterWriter"]) == (member.id, True)
    parameters = bench.client("rds").describe_db_cluster_parameters(
        DBClusterParameterGroupName=settings.id
    )["Parameters"]
    assert {one["ParameterName"]: one["ParameterValue"] for one in parameters} == {
        "rds.force_ssl": "1"
    }


def test_a_cache_has_an_address_in_its_region(bench: Workbench) -> None:
    network = bench.network("net")
    subnets = bench.create(
        "aws:elasticache/subnetGroup:SubnetGroup", "s", subnetIds=network["privateSubnetIds"]
    )
    settings = bench.create(
        "aws:elasticache/parameterGroup:ParameterGroup",
        "p",
        family="valkey8",
        parameters=[{"name": "maxmemory-policy", "value": "noeviction"}],
    )

    cache = bench.create(
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "Broker",
        description="broker",
        engine="valkey",
        engineVersion="8.0",
        nodeType="cache.t4g.micro",
        numCacheClusters=2,
        automaticFailoverEnabled=True,
        multiAzEnabled=True,
        transitEncryptionEnabled=True,
        atRestEncryptionEnabled="true",
        authToken="sixteen-characters",
        subnetGroupName=subnets.id,
        parameterGroupName=settings.id,
        applyImmediately=True,
    )

    elasticache = bench.client("elasticache")
    found = elasticache.describe_replication_groups()["ReplicationGroups"][0]
    endpoint = found["NodeGroups"][0]["PrimaryEndpoint"]
    assert cache.id.startswith("broker-")
    assert cache.outputs["primaryEndpointAddress"] == endpoint["Address"]
    assert endpoint["Address"].endswith(".euc1.cache.amazonaws.com")
    assert cache.outputs["port"] == endpoint["Port"] == 6379
    assert found["AutomaticFailover"] == "enabled"
    assert found["AtRestEncryptionEnabled"]
    parameters = elasticache.describe_cache_parameters(CacheParameterGroupName=settings.id)
    assert parameters["Parameters"] == [
        {"ParameterName": "maxmemory-policy", "ParameterValue": "noeviction"}
    ]
    groups = elasticache.describe_cache_parameter_groups(CacheParameterGroupName=settings.id)
    assert groups["CacheParameterGroups"][0]["CacheParameterGroupFamily"] == "valkey8"


def test_a_parameter_group_is_made_once(bench: Workbench) -> None:
    group = {"name": "valkey", "family": "valkey8"}
    bench.create("aws:elasticache/parameterGroup:ParameterGroup", "p", **group)

    with pytest.raises(RehearsalError, match="valkey already exists"):
        bench.create("aws:elasticache/parameterGroup:ParameterGroup", "p", **group)


@pytest.mark.parametrize(
    ("region", "short"),
    [
        ("us-east-1", "use1"),
        ("us-west-2", "usw2"),
        ("eu-central-1", "euc1"),
        ("ap-northeast-3", "apne3"),
        ("ap-southeast-2", "apse2"),
        ("sa-east-1", "sae1"),
    ],
)
def test_regions_are_shortened_as_elasticache_does(region: str, short: str) -> None:
    assert abbreviation(region) == short


def test_a_parameter_is_secret_and_has_a_version(bench: Workbench) -> None:
    given = {"name": "/airflow/key", "type": "SecureString"}
    first = bench.create("aws:ssm/parameter:Parameter", "p", **given, value="a", tags={"t": "1"})
    second = bench.create("aws:ssm/parameter:Parameter", "q", **given, value="b", overwrite=True)

    assert (first.outputs["version"], second.outputs["version"]) == (1, 2)
    assert first.outputs["arn"] == ARN.format("ssm", "parameter/airflow/key")
    ssm = bench.client("ssm")
    found = ssm.get_parameter(Name="/airflow/key", WithDecryption=True)["Parameter"]
    assert (found["Type"], found["Value"]) == ("SecureString", "b")


def test_a_parameter_holds_so_much(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="4097 bytes, and the Standard tier holds 4096"):
        bench.create("aws:ssm/parameter:Parameter", "p", name="/a", type="String", value="x" * 4097)


def test_a_bucket_is_set_as_declared(bench: Workbench) -> None:
    bucket = bench.create("aws:s3/bucket:Bucket", "Logs", forceDestroy=True, tags={"a": "b"})
    name = bucket.id
    bench.create(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "l",
        bucket=name,
        rules=[
            {
                "id": "old",
                "status": "Enabled",
                "expiration": {"days": 30},
                "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
            }
        ],
    )
    bench.create(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "b",
        bucket=name,
        blockPublicAcls=True,
    )
    default = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    bench.create(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "e",
        bucket=name,
        rules=[default],
    )
    bench.create(
        "aws:s3/bucketVersioning:BucketVersioning",
        "v",
        bucket=name,
        versioningConfiguration={"status": "Enabled"},
    )
    bench.create(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "o",
        bucket=name,
        rule={"objectOwnership": "BucketOwnerEnforced"},
    )
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    bench.create("aws:s3/bucketPolicy:BucketPolicy", "p", bucket=name, policy=policy)

    s3 = bench.client("s3")
    rule = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert name.startswith("logs-")
    assert bucket.outputs["arn"] == f"arn:aws:s3:::{name}"
    assert rule["Expiration"]["Days"] == 30
    assert (block["BlockPublicAcls"], block["BlockPublicPolicy"]) == (True, False)
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"] == statement
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == REGION


def test_a_key_that_is_nowhere_is_refused_in_words(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="masterUserSecretKmsKeyId is 1234abcd, which is not"):
        bench.create("aws:rds/instance:Instance", "database", masterUserSecretKmsKeyId="1234abcd")


def test_a_log_group_keeps_its_days(bench: Workbench) -> None:
    group = bench.create(
        "aws:cloudwatch/logGroup:LogGroup", "l", name="/ecs/web", retentionInDays=7
    )

    found = bench.client("logs").describe_log_groups()["logGroups"][0]
    assert (found["logGroupName"], found["retentionInDays"]) == ("/ecs/web", 7)
    assert group.outputs["arn"] == ARN.format("logs", "log-group:/ecs/web")


def test_a_key_and_a_secret_are_there(bench: Workbench) -> None:
    key = bench.create("aws:kms/key:Key", "k", enableKeyRotation=True, deletionWindowInDays=7)
    alias = bench.create("aws:kms/alias:Alias", "a", name="alias/airflow", targetKeyId=key.id)
    secret = bench.create("aws:secretsmanager/secret:Secret", "s", recoveryWindowInDays=0)
    bench.create(
        "aws:secretsmanager/secretVersion:SecretVersion", "v", secretId=secret.id, secretString="x"
    )

    kms = bench.client("kms")
    assert kms.get_key_rotation_status(KeyId=key.id)["KeyRotationEnabled"]
    assert kms.describe_key(KeyId="alias/airflow")["KeyMetadata"]["KeyId"] == key.id
    assert alias.outputs["targetKeyArn"] == key.outputs["arn"]
    found = bench.client("secretsmanager").get_secret_value(SecretId=secret.id)
    assert found["SecretString"] == "x"
