"""The metadata database on RDS: a PostgreSQL instance, or Aurora Serverless v2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import SpecError
from airflow_ecs.spec.words import type_name, version

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

DATABASE_PORT = 5432

CREDENTIALS = ("parameter", "secrets-manager")

_BOTH = ("version", "multi_az", "backup_days", "credentials")
RDS_KEYS = (*_BOTH, "instance_class", "storage", "max_storage")
AURORA_KEYS = (*_BOTH, "min_capacity", "max_capacity", "pause_after")


@dataclass(frozen=True, kw_only=True)
class Rds:
    """RDS PostgreSQL. Sizes in GiB, backups in days.

    `rotates` is whether RDS keeps the password in Secrets Manager, and changes it itself.
    """

    instance_class: str = "db.t4g.micro"
    version: str = "17"
    storage: int = 20
    # RDS grows the storage by itself up to this; 0 keeps it as it is.
    max_storage: int = 100
    multi_az: bool = False
    backup_days: int = 7
    rotates: bool = False
    port: int = DATABASE_PORT


@dataclass(frozen=True, kw_only=True)
class Aurora:
    """Aurora PostgreSQL, Serverless v2. Capacities in ACU (2 GiB each), backups in days.

    With no minimum it stops after `pause_after` seconds without a connection, which an Airflow
    that runs never lets pass: it saves where the services are stopped. `rotates` as with `Rds`.
    """

    version: str = "17"
    min_capacity: float = 0.5
    max_capacity: float = 4.0
    pause_after: int = 300
    multi_az: bool = False
    backup_days: int = 7
    rotates: bool = False
    port: int = DATABASE_PORT


def read_rds(reader: Reader) -> Rds:
    """An instance, with what PostgreSQL on RDS offers."""
    database = Rds(
        instance_class=type_name(reader, "instance_class", Rds.instance_class, "db."),
        version=version(reader, Rds.version),
        storage=reader.integer("storage", Rds.storage, at_least=20, at_most=65536, unit="GiB"),
        max_storage=reader.integer(
            "max_storage", Rds.max_storage, at_least=0, at_most=65536, unit="GiB"
        ),
        multi_az=reader.flag("multi_az", default=Rds.multi_az),
        backup_days=reader.integer(
            "backup_days", Rds.backup_days, at_least=0, at_most=35, unit="days"
        ),
        rotates=_rotates(reader),
    )
    if 0 < database.max_storage <= database.storage:
        raise SpecError(
            f"{reader.path('max_storage')} is {database.max_storage} GiB, which is not more than "
            f"{reader.path('storage')} ({database.storage}); write a larger number, or 0 for a "
            "storage that does not grow."
        )
    return database


def read_aurora(reader: Reader) -> Aurora:
    """A cluster, with what Aurora Serverless v2 offers."""
    database = Aurora(
        version=version(reader, Aurora.version),
        min_capacity=_capacity(reader, "min_capacity", Aurora.min_capacity, at_least=0),
        max_capacity=_capacity(reader, "max_capacity", Aurora.max_capacity, at_least=1),
        # Source: Amazon RDS API reference, ServerlessV2ScalingConfiguration.
        pause_after=reader.integer(
            "pause_after", Aurora.pause_after, at_least=300, at_most=86400, unit="seconds"
        ),
        multi_az=reader.flag("multi_az", default=Aurora.multi_az),
        # Aurora has no database without backups.
        backup_days=reader.integer(
            "backup_days", Aurora.backup_days, at_least=1, at_most=35, unit="days"
        ),
        rotates=_rotates(reader),
    )
    least, most = database.min_capacity, database.max_capacity
    if least > most:
        raise SpecError(
            f"{reader.path('min_capacity')} is {least:g} ACU, which is more than "
            f"{reader.path('max_capacity')} ({most:g}); write a smaller minimum."
        )
    if reader.has("pause_after") and least > 0:
        raise SpecError(
            f"{reader.path('pause_after')} is given, and {reader.path('min_capacity')} is "
            f"{least:g} ACU, so that the database never pauses; write min_capacity: 0."
        )
    return database


def _rotates(reader: Reader) -> bool:
    return reader.choice("credentials", CREDENTIALS, "parameter") == "secrets-manager"


def _capacity(reader: Reader, key: str, default: float, *, at_least: int) -> float:
    """Aurora capacity units, in halves. Source: Aurora user guide, Serverless v2 capacity."""
    value = reader.given(key)
    if value is None:
        return default
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and value * 2 == int(value * 2) and at_least <= value <= 256:
        return float(value)
    raise SpecError(
        f"{reader.path(key)} is {value!r}; write a capacity from {at_least} to 256 ACU, "
        "in steps of 0.5."
    )
