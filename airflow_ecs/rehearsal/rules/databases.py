"""RDS: combinations that AWS refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.rules.deployment import known, title
from airflow_ecs.rehearsal.rules.subnets import zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment

# Source: Amazon RDS API reference, CreateDBInstance and CreateDBCluster.
_PASSWORD = re.compile(r"[^/\"@ ]{8,128}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_RESERVED = ("admin", "rdsadmin", "rdsrepladmin", "rds_superuser")
_PORTS = (1150, 65535)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """What a kind of database calls its log-in and its database, and its days of backups."""

    login: tuple[str, str]
    database: str
    retention: tuple[int, int]


_KINDS = {
    "aws:rds/instance:Instance": _Kind(
        login=("username", "password"), database="dbName", retention=(0, 35)
    ),
    # Aurora has no database without backups.
    "aws:rds/cluster:Cluster": _Kind(
        login=("masterUsername", "masterPassword"), database="databaseName", retention=(1, 35)
    ),
}


def check(deployment: Deployment) -> Iterator[str]:
    """Instances, clusters, and their subnet groups."""
    for type_, kind in _KINDS.items():
        for database in deployment.of(type_):
            yield from _snapshot(database)
            yield from _access(database, kind)
            yield from _numbers(database, kind)
    for group in deployment.of("aws:rds/subnetGroup:SubnetGroup"):
        subnets = group.inputs.get("subnetIds")
        where = zones(deployment, subnets) if isinstance(subnets, list) else None
        if where is not None and len(where) < 2:
            yield (
                f"{title(group)}: its subnets are all in the zone {', '.join(where)}, and RDS "
                "wants two; write subnets of different zones."
            )


def _snapshot(instance: Declared) -> Iterator[str]:
    given = instance.inputs
    skipped, name = given.get("skipFinalSnapshot", False), given.get("finalSnapshotIdentifier")
    if skipped is False and name is None:
        yield (
            f"{title(instance)}: skipFinalSnapshot is false without finalSnapshotIdentifier, so "
            "that it could not be deleted; write a name for the snapshot, or skip it."
        )
    if given.get("multiAz") is True and known(given.get("availabilityZone")):
        yield (
            f"{title(instance)}: it has multiAz and an availabilityZone, and AWS takes one of "
            "them; leave availabilityZone out."
        )


def _access(instance: Declared, kind: _Kind) -> Iterator[str]:
    given = instance.inputs
    name_key, password_key = kind.login
    password, managed = given.get(password_key), given.get("manageMasterUserPassword")
    if password is not None and managed:
        yield (
            f"{title(instance)}: it has a {password_key} and manageMasterUserPassword, and AWS "
            "takes one of them; leave one out."
        )
    if isinstance(password, str) and not _PASSWORD.fullmatch(password):
        yield (
            f'{title(instance)}: its password has {len(password)} characters or one of / @ " and '
            "space, and RDS wants 8 to 128 without them; write another alphabet or length."
        )
    username = given.get(name_key)
    if username in _RESERVED and "postgres" in str(given.get("engine")):
        yield (
            f"{title(instance)}: {name_key} is {username!r}, which PostgreSQL on RDS keeps "
            "for itself; write another."
        )
    name = given.get(kind.database)
    if isinstance(name, str) and not _NAME.fullmatch(name):
        yield (
            f"{title(instance)}: {kind.database} is {name!r}; write a letter and then at most 62 "
            "letters, digits and underscores."
        )


def _numbers(instance: Declared, kind: _Kind) -> Iterator[str]:
    ranges = {"port": _PORTS, "backupRetentionPeriod": kind.retention}
    for name, (least, most) in ranges.items():
        value = instance.inputs.get(name)
        if isinstance(value, int) and not least <= value <= most:
            yield (
                f"{title(instance)}: {name} is {value}, and RDS takes {least} to {most}; write a "
                "number between."
            )
    size, limit = (
        instance.inputs.get("allocatedStorage"),
        instance.inputs.get("maxAllocatedStorage"),
    )
    # Zero turns the growing off.
    if isinstance(size, int) and isinstance(limit, int) and 0 < limit <= size:
        yield (
            f"{title(instance)}: maxAllocatedStorage is {limit} and allocatedStorage {size}; write "
            "a larger maximum, or leave it out."
        )
