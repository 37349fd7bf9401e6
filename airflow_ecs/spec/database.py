"""The metadata database: RDS, Aurora Serverless, the user's own, or a file in the one container."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from airflow_ecs import urls
from airflow_ecs.spec.reading import Given, SpecError, is_known
from airflow_ecs.spec.words import only_of_kind, type_name, version

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

DATABASE_PORT = 5432

# The RDS certificate bundle that docker/Dockerfile puts into the image.
CA_BUNDLE = "/opt/airflow-ecs/rds-ca-bundle.pem"

TLS_MODES = ("verify-full", "verify-ca", "require", "disable")

CREDENTIALS = ("parameter", "secrets-manager")

_MANAGED = ("version", "multi_az", "backup_days", "credentials")
_SERVER = ("host", "name", "user", "password")
_KEYS = {
    "rds": (*_MANAGED, "instance_class", "storage", "max_storage"),
    "aurora": (*_MANAGED, "min_capacity", "max_capacity", "pause_after"),
    "own": ("url", *_SERVER, "port", "tls", "ca_bundle", "security_group_id"),
    "sqlite": (),
}


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


@dataclass(frozen=True, kw_only=True)
class OwnDatabase:
    """A PostgreSQL of the user's, by its URL or by its parts."""

    url: Given | None = None
    host: Given | None = None
    name: str = "airflow"
    user: str = "airflow"
    password: Given | None = None
    port: int = DATABASE_PORT
    tls: str = "verify-full"
    ca_bundle: str = CA_BUNDLE
    security_group_id: Given | None = None


@dataclass(frozen=True)
class Sqlite:
    """A file in the container, which ends with it."""


Database: TypeAlias = Rds | Aurora | OwnDatabase | Sqlite


def read_database(reader: Reader, *, default: str) -> Database:
    """The database, with the settings of its kind only."""
    kind = reader.choice("kind", tuple(_KEYS), default)
    only_of_kind(reader, kind, _KEYS)
    database: Database
    match kind:
        case "rds":
            database = _rds(reader)
        case "aurora":
            database = _aurora(reader)
        case "own":
            database = _own(reader)
        case _:
            database = Sqlite()
    reader.finish()
    return database


def _rds(reader: Reader) -> Rds:
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


def _aurora(reader: Reader) -> Aurora:
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


def _own(reader: Reader) -> OwnDatabase:
    if reader.has("url") and reader.has(*_SERVER):
        raise SpecError(
            f"{reader.path('url')} names a database, and {reader.path('host')}, name, user and "
            "password do so again; write one of the two."
        )
    if not reader.has("url") and not (reader.has("host") and reader.has("password")):
        raise SpecError(
            f"{reader.path('kind')} is own, and nothing says where it is; write "
            f"{reader.path('url')}, or {reader.path('host')} and {reader.path('password')}, the "
            "secret as one of the stack."
        )
    database = OwnDatabase(
        url=reader.late_text("url", hint="a URL as a secret of the stack"),
        host=reader.late_text("host", hint="the host name of the database"),
        name=reader.text("name", OwnDatabase.name),
        user=reader.text("user", OwnDatabase.user),
        password=reader.late_text("password", hint="a password, as a secret of the stack"),
        port=reader.integer("port", DATABASE_PORT, at_least=1, at_most=65535),
        tls=reader.choice("tls", TLS_MODES, OwnDatabase.tls),
        ca_bundle=reader.text("ca_bundle", CA_BUNDLE, hint="the path of a file in the image"),
        security_group_id=reader.late_text(
            "security_group_id", hint="the id of the database's security group"
        ),
    )
    if database.url is not None and is_known(database.url):
        try:
            urls.own_postgresql(database.url, port=database.port)
        except urls.UrlError as mistake:
            raise SpecError(f"{reader.path('url')} {mistake}") from None
    return database
