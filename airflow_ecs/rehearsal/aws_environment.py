"""An environment in which no AWS client finds the real AWS."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Iterator

# AWS knows nobody by this key.
ACCESS_KEY = "rehearsal"


def variables(region: str, endpoint: str | None = None) -> dict[str, str]:
    """The variables that lead each AWS client to the endpoint, by made-up credentials."""
    chosen = {} if endpoint is None else {"AWS_ENDPOINT_URL": endpoint}
    return chosen | {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
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


@contextmanager
def nothing_sent() -> Iterator[None]:
    """Refuse each request of boto3 that an emulation in this process did not answer."""
    from botocore.httpsession import URLLib3Session

    # The one place through which every client sends.
    with patch.object(URLLib3Session, "send", _refuse):
        yield


def _refuse(_: object, request: Any) -> None:
    message = (
        f"the program itself calls {request.url}, which the emulated account does not know; "
        f"leave that call out of a rehearsal."
    )
    raise RehearsalError(message)
