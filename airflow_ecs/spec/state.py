"""What keeps data: the metadata database and the Celery broker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import SpecError

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

BROKER_KINDS = ("elasticache", "fargate")


@dataclass(frozen=True, kw_only=True)
class Database:
    """RDS PostgreSQL. Sizes in GiB, backups in days."""

    instance_class: str = "db.t4g.micro"
    version: str = "17"
    storage: int = 20
    # RDS grows the storage by itself up to this; 0 keeps it as it is.
    max_storage: int = 100
    multi_az: bool = False
    backup_days: int = 7


@dataclass(frozen=True, kw_only=True)
class Broker:
    """ElastiCache Valkey, or Redis as a Fargate service."""

    kind: str = "elasticache"
    node_type: str = "cache.t4g.micro"
    version: str = "8.0"
    replicas: int = 0
    # The image of Redis on Fargate; needs a way to that registry.
    image: str = "public.ecr.aws/docker/library/redis:7.4-alpine"


def read_database(reader: Reader) -> Database:
    """The database, with what PostgreSQL on RDS offers."""
    database = Database(
        instance_class=_typed(reader, "instance_class", Database.instance_class, "db."),
        version=_version(reader, Database.version),
        storage=reader.integer("storage", Database.storage, at_least=20, at_most=65536, unit="GiB"),
        max_storage=reader.integer(
            "max_storage", Database.max_storage, at_least=0, at_most=65536, unit="GiB"
        ),
        multi_az=reader.flag("multi_az", default=Database.multi_az),
        backup_days=reader.integer(
            "backup_days", Database.backup_days, at_least=0, at_most=35, unit="days"
        ),
    )
    reader.finish()
    if 0 < database.max_storage <= database.storage:
        raise SpecError(
            f"{reader.path('max_storage')} is {database.max_storage} GiB, which is not more than "
            f"{reader.path('storage')} ({database.storage}); write a larger number, or 0 for a "
            "storage that does not grow."
        )
    return database


def read_broker(reader: Reader) -> Broker:
    """The broker, with the settings of its kind only."""
    kind = reader.choice("kind", BROKER_KINDS, Broker.kind)
    for key in ("image",) if kind == "elasticache" else ("node_type", "version", "replicas"):
        if reader.has(key):
            raise SpecError(
                f"{reader.path(key)} has no meaning for {reader.path('kind')} {kind}; "
                "leave it out, or write the other kind."
            )
    broker = Broker(
        kind=kind,
        node_type=_typed(reader, "node_type", Broker.node_type, "cache."),
        version=_version(reader, Broker.version),
        replicas=reader.integer("replicas", Broker.replicas, at_least=0, at_most=5),
        image=reader.text("image", Broker.image, hint="an image of Redis"),
    )
    reader.finish()
    return broker


def _typed(reader: Reader, key: str, default: str, prefix: str) -> str:
    value = reader.text(key, default, hint=f"a type such as {default}")
    if re.fullmatch(rf"{re.escape(prefix)}[a-z0-9-]+\.[a-z0-9]+", value):
        return value
    raise SpecError(
        f"{reader.path(key)} is {value!r}, which is not a type of AWS; write one such as {default}."
    )


def _version(reader: Reader, default: str) -> str:
    value = reader.given("version")
    # A YAML number such as 17 or 8.0 is meant as a version.
    text = default if value is None else str(value)
    if not re.fullmatch(r"\d+(\.\d+)*", text):
        raise SpecError(
            f"{reader.path('version')} is {value!r}, which is not a version; write {default!r}."
        )
    return text
