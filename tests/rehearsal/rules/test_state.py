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
