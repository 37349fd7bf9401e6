"""The emulated account, as the local machinery of a rehearsal calls it: with every right."""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.session import Session

if TYPE_CHECKING:
    from botocore.model import ServiceModel

# Made up, and never a user's own.
_KEY = "rehearsal"


class Account:
    """Clients of the account served at `url`; nothing of the user's AWS settings is read."""

    def __init__(self, url: str, region: str) -> None:
        self.url = url
        self.region = region
        self._clients: dict[tuple[str, str], Any] = {}
        # botocore makes clients in one thread at a time only.
        self._lock = threading.Lock()

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service, made once."""
        key = service, region or self.region
        with self._lock:
            if key not in self._clients:
                self._clients[key] = _session().create_client(
                    service,
                    region_name=key[1],
                    endpoint_url=self.url,
                    aws_access_key_id=_KEY,
                    aws_secret_access_key=_KEY,
                    config=_CONFIG,
                )
            return self._clients[key]


@cache
def service_model(name: str) -> ServiceModel:
    """What botocore knows of a service; `UnknownServiceError` for one that it doesn't."""
    return _models().get_service_model(name)


@cache
def _models() -> Session:
    # A session of its own: clients take the bucket out of S3's paths in the model they share.
    return Session()


# Loopback goes through no proxy, whatever the environment says.
_CONFIG = Config(proxies={}, retries={"total_max_attempts": 2}, s3={"addressing_style": "path"})


@cache
def _session() -> Session:
    nothing = (None, None, os.devnull, None)
    session = Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": nothing,
            "credentials_file": nothing,
        }
    )
    session.set_config_variable("ignore_configured_endpoint_urls", True)
    return session
