"""What holds data: encrypted, reached by TLS alone, and protected when asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from airflow_ecs import AirflowCluster
from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.program import run
from tests.components.conftest import container, environment, statements

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.declared import Created, Declared

DATABASE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
PARAMETER = "aws:ssm/parameter:Parameter"
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


@pytest.mark.slow
def test_aurora_scales_between_its_capacities_and_may_pause(airflow) -> None:
    kind = {"kind": "aurora", "max_capacity": 8, "backup_days": 3}
    cluster = airflow(database=kind).one(CLUSTER, "airflow-database").inputs
    assert cluster["serverlessv2ScalingConfiguration"] == {"minCapacity": 0.5, "maxCapacity": 8}
    assert cluster["storageEncrypted"] is True
    pausing = airflow(database=kind | {"min_capacity": 0}).one(CLUSTER, "airflow-database").inputs
    assert pausing["serverlessv2ScalingConfiguration"] == {
        "minCapacity": 0,
        "maxCapacity": 8,
        "secondsUntilAutoPause": 300,
    }


@pytest.mark.slow
def test_aurora_takes_tls_alone_and_each_member_stays_private(airflow) -> None:
    cloud = airflow(database={"kind": "aurora", "multi_az": True})
    group = cloud.one("aws:rds/clusterParameterGroup:ClusterParameterGroup", "airflow-database")
    assert group.inputs["family"] == "aurora-postgresql17"
    assert group.inputs["parameters"] == [{"name": "rds.force_ssl", "value": "1"}]
    members = cloud.of("aws:rds/clusterInstance:ClusterInstance")
    assert {member.name for member in members} == {
        "airflow-database-writer",
        "airflow-database-standby",
    }
    for member in members:
        assert member.inputs["instanceClass"] == "db.serverless"
        assert member.inputs["publiclyAccessible"] is False
    url = cloud.one("aws:ssm/parameter:Parameter", "airflow-system-database-url")
    # An endpoint answers nobody before its writer is there.
    assert {member.urn for member in members} <= url.dependencies


@pytest.mark.slow
def test_aurora_is_protected_with_its_data_and_goes_without(airflow) -> None:
    kept = airflow(database={"kind": "aurora"}, protect_data=True).one(CLUSTER, "airflow-database")
    assert kept.protect
    assert kept.inputs["deletionProtection"] is True
    assert kept.inputs["finalSnapshotIdentifier"].startswith("airflow-final-")
    gone = airflow(database={"kind": "aurora"}).one(CLUSTER, "airflow-database")
    assert (gone.protect, gone.inputs["skipFinalSnapshot"]) == (False, True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rds", "aurora"])
def test_a_password_that_rotates_is_nowhere_but_in_its_secret(airflow, kind: str) -> None:
    cloud = airflow(database={"kind": kind, "credentials": "secrets-manager"})
    database = cloud.one({"rds": DATABASE, "aurora": CLUSTER}[kind], "airflow-database")
    assert database.inputs["manageMasterUserPassword"] is True
    assert not {"password", "masterPassword"} & database.inputs.keys()
    names = [one.name for one in cloud.of("random:index/randomPassword:RandomPassword")]
    assert "airflow-database" not in names
    url = cloud.one(PARAMETER, "airflow-system-database-url").inputs["value"]
    assert url.startswith("postgresql+psycopg2://airflow@")
    (secret,) = cloud.created[database.urn].outputs["masterUserSecrets"]
    for service, reads in (("scheduler", True), ("migration", True), ("worker", False)):
        injected = {one["name"]: one["valueFrom"] for one in container(cloud, service)["secrets"]}
        wanted = f"{secret['secretArn']}:password::" if reads else None
        assert injected.get("PGPASSWORD") == wanted
        allowed = statements(cloud, f"airflow-{service}-execution")
        reading = [one for one in allowed if "secretsmanager:GetSecretValue" in one["Action"]]
        assert [one["Resource"] for one in reading] == ([[secret["secretArn"]]] if reads else [])


class Unrotated(Placeholders):
    """A cloud whose database has had its password from elsewhere until now."""

    def create(self, declared: Declared) -> Created:
        created = super().create(declared)
        if "masterUserSecrets" in created.outputs:
            created.outputs["masterUserSecrets"] = []
        return created


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rds", "aurora"])
def test_a_database_that_is_there_can_turn_to_rotation(frozen: None, kind: str) -> None:
    args: Any = {
        "environment": "dev",
        "protect_data": True,
        "database": {"kind": kind, "credentials": "secrets-manager"},
    }
    planned = run(lambda: AirflowCluster("airflow", args), cloud=Unrotated(), preview=True)
    assert planned.one("aws:cloudwatch/eventRule:EventRule", "airflow-rotation")
    with pytest.raises(RehearsalError, match="has not told yet in which secret"):
        run(lambda: AirflowCluster("airflow", args), cloud=Unrotated())


@pytest.mark.slow
def test_a_rotation_rolls_the_services_that_have_the_password(airflow) -> None:
    cloud = airflow(database={"credentials": "secrets-manager"}, flower=True)
    secret = cloud.created[cloud.one(DATABASE, "airflow-database").urn].outputs[
        "masterUserSecrets"
    ][0]["secretArn"]
    rule = cloud.one("aws:cloudwatch/eventRule:EventRule", "airflow-rotation")
    assert json.loads(rule.inputs["eventPattern"]) == {
        "source": ["aws.secretsmanager"],
        "detail-type": ["Secret Label Updated"],
        "resources": [secret],
        "detail": {"labelUpdated": ["AWSCURRENT"]},
    }
    function = cloud.one("aws:lambda/function:Function", "airflow-rotation")
    services = json.loads(function.inputs["environment"]["variables"]["SERVICES"])
    having = ["web", "scheduler", "dag-processor", "triggerer"]
    assert services == [f"airflow-dev-{service}" for service in having]
    rolling, _ = statements(cloud, "airflow-rotation")
    assert rolling["Action"] == ["ecs:UpdateService"]
    assert [arn.rsplit("/", 1)[1] for arn in rolling["Resource"]] == services
    target = cloud.one("aws:cloudwatch/eventTarget:EventTarget", "airflow-rotation")
    assert target.inputs["arn"] == cloud.created[function.urn].outputs["arn"]


def test_a_password_that_stays_needs_no_rotation(airflow) -> None:
    assert airflow().of("aws:cloudwatch/eventRule:EventRule") == []


@pytest.mark.slow
def test_without_nat_the_secret_is_reached_through_an_endpoint(airflow) -> None:
    cloud = airflow(database={"credentials": "secrets-manager"}, network={"nat": "none"})
    endpoint = cloud.one("aws:ec2/vpcEndpoint:VpcEndpoint", "airflow-secretsmanager")
    assert endpoint.inputs["serviceName"] == "com.amazonaws.eu-west-1.secretsmanager"


OWN = {
    "database": {"kind": "own", "host": "db.example.com", "password": "p@ss/w0rd of mine"},
    "broker": {"kind": "own", "url": "rediss://:t0ken@redis.example.com:6380/2", "port": 6380},
}


def test_a_database_and_broker_of_the_users_are_used_and_none_is_made(airflow) -> None:
    cloud = airflow(**OWN)
    made = ("aws:rds/", "aws:elasticache/")
    assert [one.name for one in cloud.resources if one.type.startswith(made)] == []
    values = {p.inputs["name"]: p.inputs["value"] for p in cloud.of(PARAMETER)}
    system = "/airflow/dev/system"
    assert values[f"{system}/database-url"] == (
        "postgresql+psycopg2://airflow:p%40ss%2Fw0rd%20of%20mine@db.example.com:5432/airflow"
    )
    broker = "rediss://:t0ken@redis.example.com:6380/2?ssl_cert_reqs=CERT_REQUIRED"
    assert values[f"{system}/broker-url"] == broker
    assert values[f"{system}/result-backend-url"] == broker


@pytest.mark.slow
def test_what_is_the_users_is_called_on_its_port_wherever_it_is(airflow) -> None:
    cloud = airflow(**OWN)
    out = {
        rule.name: (rule.inputs.get("cidrIpv4"), rule.inputs.get("fromPort"))
        for rule in cloud.of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    }
    anywhere = "0.0.0.0/0"
    assert out["airflow-scheduler-database-5432"] == (anywhere, 5432)
    assert out["airflow-worker-broker-6380"] == (anywhere, 6380)


@pytest.mark.slow
def test_a_security_group_of_the_users_is_opened_to_the_services_that_call_it(airflow) -> None:
    database = {**OWN["database"], "security_group_id": "sg-theirs"}
    cloud = airflow(database=database)
    name = "airflow-scheduler-database-5432"
    opened = cloud.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name).inputs
    assert (opened["securityGroupId"], opened["fromPort"]) == ("sg-theirs", 5432)
    out = cloud.one("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", name).inputs
    assert out["referencedSecurityGroupId"] == "sg-theirs"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "variables"),
    [
        ("verify-full", {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/ca.pem"}),
        ("require", {"PGSSLMODE": "require"}),
        ("disable", {"PGSSLMODE": "disable"}),
    ],
)
def test_tls_to_the_users_database_is_as_he_says(airflow, mode: str, variables: object) -> None:
    cloud = airflow(database={**OWN["database"], "tls": mode, "ca_bundle": "/ca.pem"})
    found = environment(cloud, "scheduler")
    assert {key: value for key, value in found.items() if key.startswith("PGSSL")} == variables


def test_a_url_that_is_known_late_is_checked_all_the_same(frozen: None) -> None:
    def program() -> None:
        url = pulumi.Output.secret("postgresql://u:hunter2@db.example.com/x?sslmode=require")
        AirflowCluster("airflow", {"environment": "dev", "database": {"kind": "own", "url": url}})

    with pytest.raises(RehearsalError, match=r"database\.url holds sslmode") as raised:
        run(program, cloud=Placeholders())
    assert "hunter2" not in str(raised.value)


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
