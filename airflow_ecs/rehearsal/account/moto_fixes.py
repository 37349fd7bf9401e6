"""What moto 5.2 gets wrong and a rehearsal needs right; applied in the process where moto runs."""

from __future__ import annotations

from functools import cache

from airflow_ecs.rehearsal.account import (
    moto_codebuild,
    moto_ecs,
    moto_elasticache,
    moto_secrets,
    moto_startup,
)


@cache
def apply() -> None:
    """Mend moto in this process, once."""
    moto_startup.mend()
    moto_codebuild.mend()
    moto_ecs.mend()
    moto_elasticache.mend()
    moto_secrets.mend()
