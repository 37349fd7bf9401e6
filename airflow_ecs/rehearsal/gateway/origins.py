"""The names under which a browser on this machine finds what is deployed, and back.

`airflow.dev.internal` is `airflow.localhost`; where two hosts begin alike, the second is its
whole name, `airflow.prod.internal.localhost`. Browsers take such names for this machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUFFIX = ".localhost"


class Origins:
    """Translates hosts and URLs; the local side is plain HTTP on one port."""

    def __init__(self, hosts: Iterable[str], port: int) -> None:
        self._port = port
        self._local: dict[str, str] = {}
        for host in dict.fromkeys(one.lower() for one in hosts):
            if host.endswith(_SUFFIX):
                # A name of this machine already, as a forwarded port has it.
                continue
            label = host.partition(".")[0] + _SUFFIX
            self._local[host] = host + _SUFFIX if label in self._local.values() else label
        self._deployed = {local: host for host, local in self._local.items()}
        self._deployed |= {host + _SUFFIX: host for host in self._local}

    def url(self, host: str) -> str | None:
        """Where a deployed host is found here; nothing for a host of which no rule knows."""
        local = self._local.get(host.lower())
        return local and f"http://{local}:{self._port}"

    def deployed_host(self, host: str) -> str:
        """The deployed host that a `Host` header means, without a port."""
        name = (urlsplit(f"//{host}").hostname or "").lower()
        return self._deployed.get(name, name)

    def to_local(self, url: str, protocol: str) -> str:
        """The URL here of a URL of what is deployed; any other stays as it is.

        So does one with another protocol: a page behind HTTPS that leads to plain HTTP does
        not know where it is.
        """
        parts = urlsplit(url)
        local = self.url(parts.hostname or "")
        if local is None or parts.scheme != protocol.lower():
            return url
        return urlunsplit(("http", urlsplit(local).netloc, *parts[2:]))

    def to_deployed(self, url: str, protocol: str, port: int) -> str:
        """The URL where it is deployed, of a URL here; any other stays as it is."""
        parts = urlsplit(url)
        host = self._deployed.get((parts.hostname or "").lower())
        if host is None:
            return url
        return urlunsplit((protocol.lower(), authority(host, protocol, port), *parts[2:]))


def authority(host: str, protocol: str, port: int) -> str:
    """A host with its port, which is left out where it's the protocol's own."""
    return host if port == {"HTTP": 80, "HTTPS": 443}[protocol] else f"{host}:{port}"
