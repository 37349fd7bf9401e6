"""An environment in which no AWS client finds the real AWS."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# AWS knows nobody by this key.
ACCESS_KEY = "rehearsal"

# Where nothing answers: the discard port of this machine.
_NOWHERE = "http://127.0.0.1:9"


def variables(region: str, endpoint: str | None = None) -> dict[str, str]:
    """The variables that lead each AWS client to the endpoint, by made-up credentials.

    Without an endpoint they lead nowhere, so that a call which nothing intercepts fails.
    """
    return {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint or _NOWHERE,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # A proxy would take even requests to this machine.
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


@contextmanager
def made_up(region: str, endpoint: str | None = None) -> Iterator[None]:
    """Hide the user's AWS settings from everything in the block, and give made-up ones.

    All `AWS_…` variables go: a profile, a session token, a role of a container or a web
    identity, and endpoints of single services would each lead to the real AWS.
    """
    before = dict(os.environ)
    for name in before:
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(variables(region, endpoint))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
