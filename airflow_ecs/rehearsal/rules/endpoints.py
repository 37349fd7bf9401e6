"""The hosts and ports that settings name: URLs, `host:port`, and pairs of host and port."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEFAULT_PORTS = {
    "http": 80,
    "https": 443,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
    "mysql": 3306,
    "amqp": 5672,
    "amqps": 5671,
    "smtp": 25,
}

# db+postgresql://, postgresql+psycopg2://: one part of the scheme is the protocol.
_URL = re.compile(r"\b([a-z][a-z0-9+.-]*)://([^\s\"'<>;,]+)")
_HOST_AND_PORT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9.-]*):(\d{1,5})$")
_HOST = re.compile(r"^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)+$")

# What a browser is told, and no process calls.
_FOR_BROWSERS = re.compile(r"(BASE_URL|BASE_URI|ORIGIN|REDIRECT_URI|REDIRECT_URL)$")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Endpoint:
    """A host and port that a setting names."""

    setting: str
    host: str
    port: int


def named_in(settings: Mapping[str, str]) -> Iterator[Endpoint]:
    """The endpoints of a container's settings, by variable."""
    for name, value in settings.items():
        if _FOR_BROWSERS.search(name):
            continue
        for scheme, rest in _URL.findall(value):
            if port := _port(scheme, rest):
                host = urlsplit(f"//{rest}").hostname
                if host:
                    yield Endpoint(setting=name, host=host, port=port)
        if match := _HOST_AND_PORT.match(value):
            yield Endpoint(setting=name, host=match[1].lower(), port=int(match[2]))
        if name.endswith("HOST") and _HOST.match(value):
            port_text = settings.get(f"{name.removesuffix('HOST')}PORT", "")
            if port_text.isdigit():
                yield Endpoint(setting=name, host=value.lower(), port=int(port_text))


def _port(scheme: str, rest: str) -> int | None:
    try:
        port = urlsplit(f"//{rest}").port
    except ValueError:
        return None
    if port:
        return port
    parts = scheme.split("+")
    return next((_DEFAULT_PORTS[part] for part in parts if part in _DEFAULT_PORTS), None)
