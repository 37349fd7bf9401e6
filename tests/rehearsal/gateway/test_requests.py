"""Requests are recognized as the calls that they are."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from airflow_ecs.rehearsal.gateway.requests import Request, UnplacedError, call


def request(service: str, method: str = "POST", target: str = "/", **headers: str) -> Request:
    scope = f"ASIAEXAMPLE/20260101/eu-central-1/{service}/aws4_request"
    signed = {"authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method=method, target=target, headers=signed | named)


@pytest.mark.parametrize(
    ("asked", "operation", "parameters"),
    [
        (request("s3", "GET", "/"), "ListBuckets", {}),
        (request("s3", "GET", "/b"), "ListObjects", {"Bucket": "b"}),
        (
            request("s3", "GET", "/b/?list-type=2&prefix=a%2F"),
            "ListObjectsV2",
            {"Bucket": "b", "Prefix": "a/"},
        ),
        (request("s3", "GET", "/b?location"), "GetBucketLocation", {"Bucket": "b"}),
        (request("s3", "GET", "/b/a/b%20c"), "GetObject", {"Bucket": "b", "Key": "a/b c"}),
        (request("s3", "HEAD", "/b"), "HeadBucket", {"Bucket": "b"}),
        (request("s3", "PUT", "/b/k"), "PutObject", {"Bucket": "b", "Key": "k"}),
        (
            request("s3", "PUT", "/b/k", x_amz_copy_source="/b/j"),
            "CopyObject",
            {"Bucket": "b", "Key": "k", "CopySource": "/b/j"},
        ),
        (
            request("s3", "PUT", "/b/k?partNumber=1&uploadId=u"),
            "UploadPart",
            {"Bucket": "b", "Key": "k", "PartNumber": "1", "UploadId": "u"},
        ),
        (request("s3", "POST", "/b?delete"), "DeleteObjects", {"Bucket": "b"}),
        (
            request("s3", "GET", "/k", host="b.s3.eu-central-1.amazonaws.com"),
            "GetObject",
            {"Bucket": "b", "Key": "k"},
        ),
        (
            request("s3", "GET", "/k", host="my.b.localhost:4566"),
            "GetObject",
            {"Bucket": "my.b", "Key": "k"},
        ),
        (
            request("lambda", "POST", "/2015-03-31/functions/migrate/invocations"),
            "Invoke",
            {"FunctionName": "migrate"},
        ),
    ],
)
def test_rest_calls_are_known_by_method_path_and_query(
    asked: Request, operation: str, parameters: dict[str, Any]
) -> None:
    found = call(asked, b"")
    assert (found.operation, found.parameters) == (operation, parameters)


def test_json_and_query_calls_are_known_by_their_name() -> None:
    json_call = request("ssm", x_amz_target="AmazonSSM.GetParameter")
    assert call(json_call, b'{"Name": "/a"}').parameters == {"Name": "/a"}
    query_call = call(request("iam"), b"Action=GetRole&RoleName=a%20b&Version=2010-05-08")
    assert (query_call.operation, query_call.parameters["RoleName"]) == ("GetRole", "a b")


def test_a_presigned_url_is_signed() -> None:
    url = AWSRequest(method="GET", url="http://127.0.0.1:4566/b/k")
    keys = Credentials("ASIAEXAMPLE", "secret", "the token")
    S3SigV4QueryAuth(keys, "s3", "eu-central-1").add_auth(url)
    target = url.url.removeprefix("http://127.0.0.1:4566")
    presigned = Request(method="GET", target=target, headers={"host": "127.0.0.1:4566"})
    signature = presigned.signature
    assert signature is not None
    assert (signature.access_key, signature.token) == ("ASIAEXAMPLE", "the token")
    assert call(presigned, b"").operation == "GetObject"


@pytest.mark.parametrize(
    "asked",
    [
        request("ssm", x_amz_target="AmazonSSM.DoWhatIWant"),
        request("no-such-service", x_amz_target="NoSuch.Thing"),
        request("iam"),
        request("lambda", "GET", "/no/such/path"),
        # The account's server has more to tell than AWS.
        request("s3", "GET", "/rehearsal/stand-in-secrets"),
        request("s3", "POST", "/moto-api/reset"),
        Request(method="GET", target="/", headers={}),
    ],
)
def test_what_is_no_call_of_aws_is_named(asked: Request) -> None:
    with pytest.raises(UnplacedError) as error:
        call(asked, b"")
    assert str(error.value)
