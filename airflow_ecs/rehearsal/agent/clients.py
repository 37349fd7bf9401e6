"""Clients of the emulated account, with keys of ECS's own or of a task's role."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config
from botocore.loaders import create_loader
from botocore.session import Session

# Made up: AWS itself knows nobody by it.
_ACCESS_KEY = "rehearsal"

# Loopback goes through no proxy, whatever the environment says. Whoever asks for changes
# waits longer for the answer than for any other.
_CONFIG = Config(
    proxies={}, read_timeout=90, retries={"total_max_attempts": 2}, s3={"addressing_style": "path"}
)

# Nothing of the user's own AWS settings is read.
_NO_CONFIGURATION: dict[str, Any] = {
    "profile": (None, None, None, None),
    "config_file": (None, None, "/nonexistent", None),
    "credentials_file": (None, None, "/nonexistent", None),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """Temporary keys of a role, and the endpoint that takes them."""

    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


class Clients:
    """Makes clients; safe to use from several threads, which botocore's sessions are not."""

    def __init__(self, endpoint: str, region: str) -> None:
        self.region = region
        self._own = Keys(endpoint=endpoint, access_key=_ACCESS_KEY, secret_key=_ACCESS_KEY)
        self._session = Session(session_vars=_NO_CONFIGURATION)
        self._session.set_config_variable("ignore_configured_endpoint_urls", True)
        self._session.register_component("data_loader", create_loader())
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}

    def own(self, service: str) -> Any:
        """The client with which ECS itself acts; one for all."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service, self._own)
            return self._clients[service]

    def of(self, keys: Keys, service: str) -> Any:
        """A new client that acts with a role's keys."""
        with self._lock:
            return self._make(service, keys)

    def _make(self, service: str, keys: Keys) -> Any:
        return self._session.create_client(
            service,
            region_name=self.region,
            endpoint_url=keys.endpoint,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            aws_session_token=keys.token,
            config=_CONFIG,
        )
