from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .building import Program


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"skipFinalSnapshot": False}, "without finalSnapshotIdentifier"),
        ({"skipFinalSnapshot": None}, "without finalSnapshotIdentifier"),
        ({"multiAz": True, "availabilityZone": "eu-west-1a"}, "leave availabilityZone out"),
        ({"manageMasterUserPassword": True}, "it has a password and manageMasterUserPassword"),
        ({"password": "with@sign"}, "9 characters or one of .*write another alphabet"),
        ({"password": "short"}, "5 characters"),
        ({"username": "admin"}, "username is 'admin', which PostgreSQL on RDS keeps"),
        ({"dbName": "1airflow"}, "dbName is '1airflow'; write a letter"),
        ({"backupRetentionPeriod": 36}, "backupRetentionPeriod is 36, and RDS takes 0 to 35"),
        ({"maxAllocatedStorage": 20}, "maxAllocatedStorage is 20 and allocatedStorage 20"),
    ],
)
def test_what_rds_refuses_is_named(
    spoil: Callable[..., str], inputs: dict[str, Any], sentence: str
) -> None:
    assert re.search(sentence, spoil("database", **inputs))


@pytest.fixture
def aurora(program: Program) -> Program:
    """An Aurora cluster beside the instance, sound."""
    program.add(
        "aws:rds/cluster:Cluster",
        "cluster",
        {
            "engine": "aurora-postgresql",
            "masterUsername": "airflow",
            "masterPassword": "correct-horse",
            "skipFinalSnapshot": True,
            "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 4},
        },
        secrets=["masterPassword"],
    )
    program.add(
        "aws:rds/clusterInstance:ClusterInstance",
        "member",
        {
            "clusterIdentifier": "cluster",
            "engine": "aurora-postgresql",
            "instanceClass": "db.serverless",
        },
    )
    assert program.violations() == []
    return program


@pytest.mark.parametrize(
    ("name", "inputs", "sentence"),
    [
        ("cluster", {"skipFinalSnapshot": False}, "without finalSnapshotIdentifier"),
        ("cluster", {"manageMasterUserPassword": True}, "it has a masterPassword and manageMaster"),
        ("cluster", {"masterUsername": "rdsadmin"}, "masterUsername is 'rdsadmin', which Postgre"),
        ("cluster", {"backupRetentionPeriod": 0}, "backupRetentionPeriod is 0, and RDS takes 1"),
        (
            "cluster",
            {"serverlessv2ScalingConfiguration": {"minCapacity": 8, "maxCapacity": 4}},
            "its capacity is 8 to 4 ACU",
        ),
        (
            "cluster",
            {
                "serverlessv2ScalingConfiguration": {
                    "minCapacity": 1,
                    "maxCapacity": 4,
                    "secondsUntilAutoPause": 300,
                }
            },
            "secondsUntilAutoPause with minCapacity 1, and only 0 pauses",
        ),
        ("cluster", {"serverlessv2ScalingConfiguration": None}, "it is db.serverless, and its"),
        ("member", {"engine": "aurora-mysql"}, "its engine is 'aurora-mysql', and that of its"),
    ],
)
def test_what_aurora_refuses_is_named(
    aurora: Program, name: str, inputs: dict[str, Any], sentence: str
) -> None:
    aurora.change(name, **inputs)
    (said,) = aurora.violations()
    assert sentence in said


def test_a_cluster_without_an_instance_answers_nobody(aurora: Program) -> None:
    aurora.remove("member")
    (said,) = aurora.violations()
    assert "it has no instance, so that nobody answers at its endpoint" in said


def test_a_database_needs_two_zones(spoil: Callable[..., str]) -> None:
    assert "all in the zone number 2" in spoil("subnets", subnetIds=["private-b"])


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"automaticFailoverEnabled": True}, "true with one node.*write numCacheClusters 2"),
        ({"numNodeGroups": 1, "automaticFailoverEnabled": True}, "true with one node"),
        ({"multiAzEnabled": True}, "without automaticFailoverEnabled"),
        ({"transitEncryptionEnabled": False}, "an authToken without transitEncryptionEnabled"),
        ({"authToken": "sixteen@characters"}, "one that AWS refuses"),
        ({"authToken": "short"}, "5 characters"),
        ({"replicationGroupId": "a--b"}, "replicationGroupId is 'a--b'"),
        ({"replicationGroupId": "a" * 41}, "41 characters, and AWS takes at most 40"),
    ],
)
def test_what_elasticache_refuses_is_named(
    spoil: Callable[..., str], inputs: dict[str, Any], sentence: str
) -> None:
    assert re.search(sentence, spoil("broker", **inputs))


def test_a_second_node_makes_failover_sound(program: Program) -> None:
    program.change("broker", numCacheClusters=2, automaticFailoverEnabled=True, multiAzEnabled=True)

    assert program.violations() == []
