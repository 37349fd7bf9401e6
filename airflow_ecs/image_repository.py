"""The ECR repository that an image reference names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?"
    r"/(?P<name>[a-z0-9._/-]+?)(:[\w.-]+)?(@sha256:[0-9a-f]+)?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Repository:
    """A repository by the parts of its ARN."""

    account: str
    region: str
    name: str


def ecr_repository(uri: str) -> Repository | None:
    """The repository of an image in ECR; None for an image of another registry."""
    match = _ECR.fullmatch(uri)
    if match is None:
        return None
    return Repository(account=match["account"], region=match["region"], name=match["name"])
