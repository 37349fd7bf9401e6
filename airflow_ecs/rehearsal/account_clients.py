"""Clients of a served account, for who looks at it from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from airflow_ecs.rehearsal.aws_environment import ACCESS_KEY

if TYPE_CHECKING:
    from collections.abc import Callable

# Loopback goes through no proxy; a bucket's name is no host here.
_CONFIG = Config(proxies={}, retries={"max_attempts": 2}, s3={"addressing_style": "path"})


def connect(endpoint: str, region: str) -> Callable[[str], Any]:
    """What makes a client of a service, such as `ecs`."""
    session: Any = boto3.Session(ACCESS_KEY, ACCESS_KEY, region_name=region)
    return lambda service: session.client(service, endpoint_url=endpoint, config=_CONFIG)
