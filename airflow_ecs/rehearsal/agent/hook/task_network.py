"""The network of a task, as far as a Python process sees it.

A task on Fargate has an address and a host name of its own, names that only its VPC knows,
and a loopback that nobody shares. Here all of that is loopback addresses of one machine, so:

- a name in the file `REHEARSAL_NAMES` is the addresses that the file gives it;
- the host's own name, and `localhost`, are the task's address, `REHEARSAL_ADDRESS`;
- whoever binds to all addresses, or to 127.0.0.1, binds to the task's own, and whoever
  connects to 127.0.0.1 connects to it.

Standard library only, of any Python 3.9 or later: it runs inside the images' own processes.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any

_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - these are what is replaced
_HERE = ("127.0.0.1", "localhost", "::1")


def install() -> None:
    """Change `socket` in this process, where a task's address is given."""
    own = os.environ.get("REHEARSAL_ADDRESS")
    if not own:
        return
    _change_names(own, os.environ.get("HOSTNAME") or socket.gethostname())
    _change_sockets(own)
    # They look names up and bind in C, where nothing can be changed: without them uvicorn and
    # others take asyncio's own loop.
    absent: Any = None
    for loop in ("uvloop", "zuvloop"):
        sys.modules.setdefault(loop, absent)


class _Names:
    """What the file says now: names come and go while a task runs."""

    def __init__(self) -> None:
        self._path = os.environ.get("REHEARSAL_NAMES", "")
        self._written = 0
        self._known: dict[str, list[str]] = {}

    def addresses(self, name: str) -> list[str]:
        try:
            written = os.stat(self._path).st_mtime_ns
            if written != self._written:
                with open(self._path) as file:
                    self._known = json.load(file)
                self._written = written
        except OSError:
            # Nothing has a name yet.
            pass
        return self._known.get(name, [])


def _change_names(own: str, own_name: str) -> None:
    getaddrinfo, gethostbyname_ex = socket.getaddrinfo, socket.gethostbyname_ex
    names = _Names()

    def addresses(host: Any) -> list[str]:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if not isinstance(name, str):
            return []
        name = name.rstrip(".").lower()
        return [own] if name in (own_name, "localhost") else names.addresses(name)

    def get_address_info(
        host: Any,
        port: Any,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        if not host and flags & socket.AI_PASSIVE:
            return getaddrinfo(own, port, family, type, proto, flags)
        known = addresses(host)
        if not known:
            return getaddrinfo(host, port, family, type, proto, flags)
        named = flags & socket.AI_CANONNAME
        found: list[Any] = []
        for address in known:
            for one in getaddrinfo(address, port, family, type, proto, flags & ~named):
                found.append((*one[:3], host if named and not found else "", one[4]))
        return found

    def get_host_by_name(host: Any) -> str:
        return get_host_by_name_ex(host)[2][0]

    def get_host_by_name_ex(host: Any) -> tuple[str, list[str], list[str]]:
        known = addresses(host)
        return (host, [], list(known)) if known else gethostbyname_ex(host)

    def get_host_name() -> str:
        return own_name

    def get_full_name(name: str = "") -> str:
        name = name.strip()
        return own_name if name in (*_EVERYWHERE, own) else name

    _replace(socket, "getaddrinfo", get_address_info)
    _replace(socket, "gethostbyname", get_host_by_name)
    _replace(socket, "gethostbyname_ex", get_host_by_name_ex)
    _replace(socket, "gethostname", get_host_name)
    _replace(socket, "getfqdn", get_full_name)


def _change_sockets(own: str) -> None:
    served = _served()
    plain = socket.socket
    plain_bind, plain_connect, plain_connect_ex = plain.bind, plain.connect, plain.connect_ex

    def own_address(self: socket.socket, address: Any, hosts: tuple[str, ...]) -> Any:
        if self.family not in (socket.AF_INET, socket.AF_INET6) or address[0] not in hosts:
            return address
        if self.family == socket.AF_INET:
            return (own, *address[1:])
        # An IPv6 socket reaches the task's IPv4 address, unless it is for IPv6 alone.
        self.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        return (f"::ffff:{own}", *address[1:])

    def bind(self: socket.socket, address: Any) -> None:
        # Port 0 at all addresses is how a client begins, who may be on his way anywhere.
        leaves = isinstance(address, tuple) and address[1] == 0
        hosts = _HERE if leaves else _HERE + _EVERYWHERE
        plain_bind(self, own_address(self, address, hosts))

    def connect(self: socket.socket, address: Any) -> None:
        if address not in served:
            address = own_address(self, address, _HERE + _EVERYWHERE)
        plain_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        if address not in served:
            address = own_address(self, address, _HERE + _EVERYWHERE)
        return plain_connect_ex(self, address)

    for function in (bind, connect, connect_ex):
        _replace(plain, function.__name__, function)


def _served() -> set[Any]:
    """What leads to AWS and to the metadata of the task: nobody's own, wherever it is."""
    variables = (
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_ENDPOINT_URL",
        "ECS_CONTAINER_METADATA_URI_V4",
    )
    found = set()
    for variable in variables:
        host, _, port = os.environ.get(variable, "").partition("://")[2].partition(":")
        if port:
            found.add((host, int(port.partition("/")[0])))
    return found


def _replace(owner: Any, name: str, function: Any) -> None:
    setattr(owner, name, function)
