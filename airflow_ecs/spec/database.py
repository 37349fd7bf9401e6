"""The metadata database: RDS, Aurora Serverless, the user's own, or a file in the one container."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from airflow_ecs import urls
from airflow_ecs.spec.rds import (
    AURORA_KEYS,
    DATABASE_PORT,
    RDS_KEYS,
    Aurora,
    Rds,
    read_aurora,
    read_rds,
)
from airflow_ecs.spec.reading import Given, SpecError, is_known
from airflow_ecs.spec.words import only_of_kind

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

# The RDS certificate bundle that docker/Dockerfile puts into the image.
CA_BUNDLE = "/opt/airflow-ecs/rds-ca-bundle.pem"

TLS_MODES = ("verify-full", "verify-ca", "require", "disable")

_SERVER = ("host", "name", "user", "password")
_KEYS = {
    "rds": RDS_KEYS,
    "aurora": AURORA_KEYS,
    "own": ("url", *_SERVER, "port", "tls", "ca_bundle", "security_group_id"),
    "sqlite": (),
}


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
            database = read_rds(reader)
        case "aurora":
            database = read_aurora(reader)
        case "own":
            database = _own(reader)
        case _:
            database = Sqlite()
    reader.finish()
    return database


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
