"""What a stand-in is to be like: what was asked of RDS or ElastiCache."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Database:
    """A PostgreSQL of RDS.

    `identifier` is the instance's, `host_name` that of its endpoint. `version` is the engine's,
    such as "17" or "17.4". With `force_tls`, a plain connection is refused.
    """

    identifier: str
    host_name: str
    port: int
    version: str
    user: str
    password: str = field(repr=False)
    database: str
    force_tls: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Cache:
    """A Valkey or Redis of ElastiCache, in one shard.

    `identifier` is the replication group's, `host_names` those of its endpoints, the primary's
    first. Without an `auth_token` everybody is let in.
    """

    identifier: str
    host_names: tuple[str, ...]
    port: int
    auth_token: str | None = field(repr=False)
    tls: bool
    max_memory_policy: str
