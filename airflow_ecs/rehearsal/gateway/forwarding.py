"""What an application load balancer does to a request on its way to a target, and back."""

from __future__ import annotations

import re
import secrets
import time
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow_ecs.rehearsal.gateway import relay
from airflow_ecs.rehearsal.gateway.listeners import Asked
from airflow_ecs.rehearsal.gateway.origins import authority

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.gateway.listeners import Front
    from airflow_ecs.rehearsal.gateway.origins import Origins
    from airflow_ecs.rehearsal.gateway.relay import Headers
    from airflow_ecs.rehearsal.gateway.serving import Handler

# Set by the balancer, whatever the client said.
_OURS = frozenset({"host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"})

_URLS_ASKED = frozenset({"origin", "referer"})
_URLS_ANSWERED = frozenset({"access-control-allow-origin", "content-location", "location"})

# Plain HTTP sends no Secure cookie, and no browser takes a cookie for another domain.
_ONLY_DEPLOYED = re.compile(r";\s*(?:Secure|Domain=[^;]*)(?=;|$)", re.IGNORECASE)

_TITLES = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}


def asked(handler: Handler, origins: Origins) -> Asked:
    """The request as the rules of what is deployed see it."""
    parts = urlsplit(f"//host{handler.path}")
    return Asked(
        method=handler.command,
        host=origins.deployed_host(handler.headers.get("Host", "")),
        path=parts.path,
        query=parts.query,
        headers={name.lower(): value for name, value in handler.headers.items()},
        source=str(handler.client_address[0]),
    )


def forward(
    handler: Handler,
    asked: Asked,
    front: Front,
    origins: Origins,
    target: tuple[str, int] | None,
) -> None:
    """Let a target answer; without one it's 503, as from an ALB."""
    if target is None:
        relay.drop_body(handler)
        fail(handler, 503, f"no task of {asked.host} is registered yet")
        return
    upstream = relay.Upstream(host=target[0], port=target[1], timeout=front.idle)
    try:
        exchange = relay.send(handler, upstream, _onwards(handler, asked, front, origins), None)
    except relay.SlowError:
        handler.close_connection = True
        fail(handler, 504, f"{asked.host} did not answer for {front.idle:.0f} s")
        return
    except relay.GoneError as error:
        handler.close_connection = True
        fail(handler, 502, f"{asked.host} at {target[0]}:{target[1]}: {error}")
        return
    with closing(exchange):
        exchange.pass_back(handler, _back(exchange.response.getheaders(), front, origins))


def fail(handler: Handler, status: int, why: str) -> None:
    """An ALB's own page, with a reason on it, which an ALB keeps to itself."""
    title = f"{status} {_TITLES[status]}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{why}</p></body>"
    handler.write(status, {"Content-Type": "text/html; charset=utf-8"}, page.encode())


def _onwards(handler: Handler, asked: Asked, front: Front, origins: Origins) -> Headers:
    given = relay.headers_of(handler.headers.items())
    headers = [("Host", authority(asked.host, front.protocol, front.port))]
    for name, value in given:
        if name.lower() in _URLS_ASKED:
            headers.append((name, origins.to_deployed(value, front.protocol, front.port)))
        elif name.lower() not in _OURS:
            headers.append((name, value))
    before = asked.headers.get("x-forwarded-for")
    headers.append(("X-Forwarded-For", f"{before}, {asked.source}" if before else asked.source))
    headers.append(("X-Forwarded-Proto", front.protocol.lower()))
    headers.append(("X-Forwarded-Port", str(front.port)))
    if "x-amzn-trace-id" not in asked.headers:
        trace = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
        headers.append(("X-Amzn-Trace-Id", trace))
    return headers


def _back(headers: Headers, front: Front, origins: Origins) -> Headers:
    passed: Headers = []
    for name, value in relay.headers_of(headers):
        if name.lower() in _URLS_ANSWERED:
            passed.append((name, origins.to_local(value, front.protocol)))
        elif name.lower() == "set-cookie":
            passed.append((name, _ONLY_DEPLOYED.sub("", value)))
        else:
            passed.append((name, value))
    return passed
