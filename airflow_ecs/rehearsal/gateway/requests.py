"""Which call of the AWS API an HTTP request is, as botocore's models tell."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from botocore.exceptions import UnknownServiceError
from botocore.parsers import RpcV2CBORParser

from airflow_ecs.rehearsal.account_clients import service_model
from airflow_ecs.rehearsal.gateway import rest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.gateway.serving import Handler

# Where the name in a signature is not botocore's name of the service.
_SIGNED_AS = {
    "monitoring": "cloudwatch",
    "elasticloadbalancing": "elbv2",
    "states": "stepfunctions",
}

# What the account's server answers besides AWS, to those alone who run it.
_NOT_AWS = ("/rehearsal/", "/moto-api/")

_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_TARGET = re.compile(r"[^.]+\.(\w+)")
_CBOR_PATH = re.compile(r"/service/[^/]+/operation/(\w+)")
_VIRTUAL_HOST = re.compile(r"(?P<bucket>.+?)\.(?:s3[.-][^:]+|localhost)(?::\d+)?")


class UnplacedError(Exception):
    """A request that is no call we know; the message says what it was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """The head of an HTTP request; header names are in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """The path, with its escapes; S3's bucket is in it, even when it came as a host."""
        path = urlsplit(f"//host{self.target}").path or "/"
        host = _VIRTUAL_HOST.fullmatch(self.headers.get("host", ""))
        return f"/{host['bucket']}{path}" if host and self._is_for_s3 else path

    @property
    def query(self) -> dict[str, str]:
        """The query string."""
        return dict(parse_qsl(urlsplit(f"//host{self.target}").query, keep_blank_values=True))

    @property
    def signature(self) -> Signature | None:
        """Who signed it and for what; nothing for an unsigned request."""
        query = self.query
        found = _CREDENTIAL.search(self.headers.get("authorization", ""))
        credential = found[1] if found else query.get("X-Amz-Credential", "")
        access_key, *scope = credential.split("/")
        if len(scope) != 4:
            return None
        _, region, service, _ = scope
        token = self.headers.get("x-amz-security-token") or query.get("X-Amz-Security-Token", "")
        return Signature(access_key=access_key, token=token, region=region, service=service)

    @property
    def is_upload(self) -> bool:
        """Whether the body is an object, or a part of one: large, and no part of the question."""
        return self.method == "PUT" and self._is_for_s3

    @property
    def _is_for_s3(self) -> bool:
        signature = self.signature
        return signature is not None and signature.service == "s3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """The scope of a signature, version 4; whether it's genuine is not checked."""

    access_key: str
    token: str
    region: str
    service: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call of the AWS API: `ssm`, `GetParameter`, `{"Name": "/a"}`."""

    service: str
    operation: str
    parameters: Mapping[str, Any]


def of(handler: Handler) -> Request:
    """The request that a handler has read the head of."""
    headers = {name.lower(): value for name, value in handler.headers.items()}
    return Request(method=handler.command, target=handler.path, headers=headers)


def call(request: Request, body: bytes) -> Call:
    """The call that a signed request makes; `UnplacedError` when there is no such call."""
    signature = request.signature
    if signature is None or request.target.startswith(_NOT_AWS):
        raise UnplacedError(f"{request.method} {request.path}")
    service = _SIGNED_AS.get(signature.service, signature.service)
    try:
        model = service_model(service)
    except UnknownServiceError:
        raise UnplacedError(f"{signature.service}: a service that botocore doesn't know") from None
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        named = _CBOR_PATH.fullmatch(request.path)
        found = named[1] if named else "", _cbor(body)
    elif target := request.headers.get("x-amz-target"):
        named = _TARGET.fullmatch(target)
        found = named[1] if named else target, _json(body)
    elif model.protocol in ("query", "ec2"):
        form = dict(parse_qsl(body.decode(), keep_blank_values=True)) | request.query
        found = form.get("Action", ""), form
    else:
        found = rest.operation(model, request.method, request.path, request.query, request.headers)
    operation, parameters = found
    if operation not in model.operation_names:
        raise UnplacedError(
            f"{service}: {operation or f'{request.method} {request.path}'}, an action that "
            "botocore doesn't know"
        )
    return Call(service=service, operation=operation, parameters=parameters)


def _json(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _cbor(body: bytes) -> dict[str, Any]:
    parser = RpcV2CBORParser()
    parsed = parser.parse_data_item(parser.get_peekable_stream_from_bytes(body)) if body else {}
    return parsed if isinstance(parsed, dict) else {}
