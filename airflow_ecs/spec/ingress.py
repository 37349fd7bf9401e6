"""How people reach the web page: the domain, the certificate, and who is let in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import Given, SpecError

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingress:
    """The way in. Without a domain: plain HTTP on an internal balancer, in a private zone."""

    domain: str | None = None
    zone: str | None = None
    private_zone: bool = False
    certificate_arn: Given | None = None
    internet_facing: bool = False
    allowed_cidrs: tuple[str, ...] = ()
    allowed_security_group_ids: tuple[Given, ...] = ()


def read_ingress(reader: Reader) -> Ingress:
    """The way in, with domain, zone and certificate that fit together."""
    ingress = Ingress(
        domain=_host(reader, "domain"),
        zone=_host(reader, "zone"),
        private_zone=reader.flag("private_zone", default=False),
        certificate_arn=reader.late_text(
            "certificate_arn", hint="the ARN of an issued ACM certificate"
        ),
        internet_facing=reader.flag("internet_facing", default=False),
        allowed_cidrs=reader.cidrs("allowed_cidrs"),
        allowed_security_group_ids=tuple(reader.items("allowed_security_group_ids")),
    )
    reader.finish()
    _check_domain(ingress, reader)
    if ingress.internet_facing:
        _check_internet_facing(ingress, reader)
    return ingress


def _host(reader: Reader, key: str) -> str | None:
    host = reader.optional_text(key, hint="a name such as airflow.example.com")
    if host is None or _HOST.fullmatch(host):
        return host
    raise SpecError(
        f"{reader.path(key)} is {host!r}, which is not a host name; "
        "write a lower-case name without https:// or a slash, such as airflow.example.com."
    )


def _check_domain(ingress: Ingress, reader: Reader) -> None:
    domain, zone = ingress.domain, ingress.zone
    if domain is None:
        for key in ("zone", "private_zone", "certificate_arn"):
            if reader.has(key):
                raise SpecError(
                    f"{reader.path(key)} is given without {reader.path('domain')}; "
                    "write the domain of the web page, such as airflow.example.com."
                )
        return
    if zone is None:
        raise SpecError(
            f"{reader.path('domain')} is {domain}, and {reader.path('zone')} is missing; write "
            f"the hosted zone that its record goes into, such as {domain.partition('.')[2]}."
        )
    if domain != zone and not domain.endswith(f".{zone}"):
        raise SpecError(
            f"{reader.path('domain')} is {domain}, which is outside the zone {zone}; "
            f"write a domain that ends in .{zone}, or the zone it belongs to."
        )
    if ingress.private_zone and ingress.certificate_arn is None:
        raise SpecError(
            f"{reader.path('private_zone')} is true without {reader.path('certificate_arn')}, and "
            "a certificate is validated in a public zone only; write the ARN of a certificate, "
            "or a zone that is public."
        )


def _check_internet_facing(ingress: Ingress, reader: Reader) -> None:
    path = reader.path("internet_facing")
    if ingress.domain is None:
        raise SpecError(
            f"{path} is true without {reader.path('domain')}, so that passwords would travel in "
            "plain text; write a domain and its zone, for HTTPS."
        )
    if not ingress.allowed_cidrs:
        raise SpecError(
            f"{path} is true without {reader.path('allowed_cidrs')}; "
            "write the ranges to let in, such as [203.0.113.7/32]."
        )
