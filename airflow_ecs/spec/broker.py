"""The Celery broker: ElastiCache Valkey, Redis as a Fargate service, or the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs import urls
from airflow_ecs.spec.reading import Given, SpecError, is_known
from airflow_ecs.spec.words import only_of_kind, type_name, version

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

BROKER_PORT = 6379

_KEYS = {
    "elasticache": ("node_type", "version", "replicas"),
    "fargate": ("image",),
    "own": ("url", "results_url", "port", "tls", "security_group_id"),
}


@dataclass(frozen=True, kw_only=True)
class ElastiCache:
    """ElastiCache Valkey in one shard."""

    node_type: str = "cache.t4g.micro"
    version: str = "8.0"
    replicas: int = 0
    port: int = BROKER_PORT
    tls: bool = True


@dataclass(frozen=True, kw_only=True)
class RedisOnFargate:
    """Redis as a service; its image needs a way to that registry."""

    image: str = "public.ecr.aws/docker/library/redis:7.4-alpine"
    port: int = BROKER_PORT
    tls: bool = False


@dataclass(frozen=True, kw_only=True)
class OwnBroker:
    """A Redis or Valkey of the user's; `results_url` where results go elsewhere."""

    url: Given
    results_url: Given | None = None
    port: int = BROKER_PORT
    tls: bool = True
    security_group_id: Given | None = None


def read_broker(reader: Reader) -> ElastiCache | RedisOnFargate | OwnBroker:
    """The broker, with the settings of its kind only."""
    kind = reader.choice("kind", tuple(_KEYS), "elasticache")
    only_of_kind(reader, kind, _KEYS)
    broker: ElastiCache | RedisOnFargate | OwnBroker
    match kind:
        case "elasticache":
            broker = _elasticache(reader)
        case "fargate":
            broker = RedisOnFargate(
                image=reader.text("image", RedisOnFargate.image, hint="an image of Redis")
            )
        case _:
            broker = _own(reader)
    reader.finish()
    return broker


def _elasticache(reader: Reader) -> ElastiCache:
    return ElastiCache(
        node_type=type_name(reader, "node_type", ElastiCache.node_type, "cache."),
        version=version(reader, ElastiCache.version),
        replicas=reader.integer("replicas", ElastiCache.replicas, at_least=0, at_most=5),
    )


def _own(reader: Reader) -> OwnBroker:
    hint = "a URL as a secret of the stack, such as rediss://:password@host:6379/0"
    broker = OwnBroker(
        url=reader.late_text("url", hint=hint),
        results_url=reader.late_text("results_url", hint=hint),
        port=reader.integer("port", BROKER_PORT, at_least=1, at_most=65535),
        tls=reader.flag("tls", default=OwnBroker.tls),
        security_group_id=reader.late_text(
            "security_group_id", hint="the id of the broker's security group"
        ),
    )
    if broker.url is None:
        raise SpecError(f"{reader.path('url')} is missing; write {hint}.")
    for key, url in (("url", broker.url), ("results_url", broker.results_url)):
        if url is not None and is_known(url):
            try:
                urls.own_redis(url, port=broker.port, tls=broker.tls)
            except urls.UrlError as mistake:
                raise SpecError(f"{reader.path(key)} {mistake}") from None
    return broker
