"""Refusals in the words and the format of each AWS protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.gateway.requests import Request


class Refusal(Enum):
    """Why a call is not answered: the code of S3, of the query services, and of the rest."""

    DENIED = ("AccessDenied", "AccessDenied", "AccessDeniedException")
    UNKNOWN_KEY = ("InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException")
    EXPIRED = ("ExpiredToken", "ExpiredToken", "ExpiredTokenException")
    UNSIGNED = ("AccessDenied", "MissingAuthenticationToken", "MissingAuthenticationTokenException")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A whole HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


def answer(request: Request, refusal: Refusal, message: str) -> Answer:
    """The response that a client of the called service reads as this refusal."""
    signature = request.signature
    of_s3, of_query, of_json = refusal.value
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return _cbor(of_json, message)
    if "x-amz-target" in request.headers:
        headers = {"Content-Type": "application/x-amz-json-1.1"}
        body = {"__type": of_json, "message": message, "Message": message}
        return Answer(status=400, headers=headers, body=json.dumps(body).encode())
    if signature is None or signature.service == "s3":
        return _xml(f"<Error>{_error(of_s3, message)}</Error>")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        error = f"<Error><Type>Sender</Type>{_error(of_query, message)}</Error>"
        return _xml(f"<ErrorResponse>{error}<RequestId>rehearsal</RequestId></ErrorResponse>")
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": of_json}
    return Answer(status=403, headers=headers, body=json.dumps({"message": message}).encode())


def _error(code: str, message: str) -> str:
    return f"<Code>{code}</Code><Message>{escape(message)}</Message>"


def _xml(text: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Answer(status=403, headers={"Content-Type": "application/xml"}, body=body)


def _cbor(code: str, message: str) -> Answer:
    # A map of two pairs of texts, each text with a length of two bytes.
    pairs = [("__type", code), ("message", message)]
    texts = [text.encode() for pair in pairs for text in pair]
    body = b"\xa2" + b"".join(b"\x79" + len(text).to_bytes(2, "big") + text for text in texts)
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    return Answer(status=400, headers=headers, body=body)
