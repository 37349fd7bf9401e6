"""What holds data: encrypted, reached by TLS alone, and protected when asked."""

from __future__ import annotations

import pytest

DATABASE = "aws:rds/instance:Instance"
BROKER = "aws:elasticache/replicationGroup:ReplicationGroup"


def test_the_database_is_encrypted_private_and_takes_tls_alone(airflow) -> None:
    cloud = airflow()
    database = cloud.one(DATABASE, "airflow-database").inputs
    assert database["storageEncrypted"] is True
    assert database["publiclyAccessible"] is False
    (parameter,) = cloud.one("aws:rds/parameterGroup:ParameterGroup", "airflow-database").inputs[
        "parameters"
    ]
    assert parameter == {"name": "rds.force_ssl", "value": "1"}


def test_the_broker_asks_for_tls_and_a_password_and_forgets_nothing(airflow) -> None:
    cloud = airflow()
    broker = cloud.one(BROKER, "airflow-broker")
    assert broker.inputs["transitEncryptionEnabled"] is True
    assert broker.inputs["atRestEncryptionEnabled"] is True
    assert "authToken" in broker.secrets
    # One shard: Celery's keys would lie in the slots of several.
    assert "numNodeGroups" not in broker.inputs
    group = cloud.one("aws:elasticache/parameterGroup:ParameterGroup", "airflow-broker")
    assert group.inputs["parameters"] == [{"name": "maxmemory-policy", "value": "noeviction"}]
    assert group.inputs["family"] == "valkey8"


@pytest.mark.parametrize(("replicas", "failover"), [(0, False), (1, True)])
def test_a_replica_takes_over(airflow, replicas: int, failover: bool) -> None:
    broker = airflow(broker={"replicas": replicas}).one(BROKER, "airflow-broker").inputs
    assert broker["numCacheClusters"] == 1 + replicas
    assert (broker["automaticFailoverEnabled"], broker["multiAzEnabled"]) == (failover, failover)


def test_protection_is_on_what_holds_data_and_nothing_else(airflow) -> None:
    cloud = airflow(protect_data=True, flower=True)
    protected = {(declared.type, declared.name) for declared in cloud.resources if declared.protect}
    assert protected == {
        (DATABASE, "airflow-database"),
        ("random:index/randomPassword:RandomPassword", "airflow-database"),
        ("random:index/randomBytes:RandomBytes", "airflow-fernet-key"),
        ("aws:ssm/parameter:Parameter", "airflow-system-fernet-key"),
        ("aws:s3/bucket:Bucket", "airflow-logs"),
    }
    database = cloud.one(DATABASE, "airflow-database").inputs
    assert database["deletionProtection"] is True
    assert database["skipFinalSnapshot"] is False
    assert database["finalSnapshotIdentifier"].startswith("airflow-final-")


def test_without_protection_everything_goes_in_one_go(airflow) -> None:
    cloud = airflow(flower=True)
    assert not [declared for declared in cloud.resources if declared.protect]
    database = cloud.one(DATABASE, "airflow-database").inputs
    assert (database["deletionProtection"], database["skipFinalSnapshot"]) == (False, True)
    assert cloud.one("aws:s3/bucket:Bucket", "airflow-logs").inputs["forceDestroy"] is True
    assert cloud.one("aws:ecr/repository:Repository", "airflow-image").inputs["forceDelete"] is True
    assert cloud.one("aws:route53/zone:Zone", "airflow").inputs["forceDestroy"] is True
    for host in cloud.of("aws:servicediscovery/service:Service"):
        assert host.inputs["forceDestroy"] is True


def test_logs_are_kept_as_long_as_asked(airflow) -> None:
    cloud = airflow(logs={"retention_days": 90, "task_retention_days": 400})
    groups = cloud.of("aws:cloudwatch/logGroup:LogGroup")
    assert {group.inputs["retentionInDays"] for group in groups} == {90}
    (rule,) = cloud.one(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "airflow-logs"
    ).inputs["rules"]
    assert rule["expiration"] == {"days": 400}
    assert rule["filter"] == {"prefix": "task-logs/"}
