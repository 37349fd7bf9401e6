"""Nothing that a rehearsal runs finds the real AWS."""

from __future__ import annotations

import os

import boto3
import pytest

from airflow_ecs.rehearsal import aws_environment
from airflow_ecs.rehearsal.declared import RehearsalError

REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_PROFILE": "production",
    "AWS_ENDPOINT_URL_STS": "https://sts.amazonaws.com",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
    "AWS_ROLE_ARN": "arn:aws:iam::1:role/real",
    "AWS_REGION": "ap-south-1",
    "HTTP_PROXY": "http://proxy.example.com:3128",
}


def test_no_setting_of_the_user_reaches_a_client(monkeypatch, tmp_path):
    (tmp_path / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
        "[production]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
    )
    (tmp_path / "config").write_text(
        "[default]\nendpoint_url = https://real.example.com\nregion = ap-south-1\n"
    )
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    with aws_environment.made_up("eu-central-1", "http://127.0.0.1:1234"):
        session = boto3.Session()
        credentials = session.get_credentials().get_frozen_credentials()
        client = session.client("sts")
        assert credentials == ("rehearsal", "rehearsal", None, None)
        assert (client.meta.endpoint_url, client.meta.region_name) == (
            "http://127.0.0.1:1234",
            "eu-central-1",
        )
        assert session.available_profiles == []
        assert os.environ["AWS_EC2_METADATA_DISABLED"] == "true"
        assert "127.0.0.1" in os.environ["NO_PROXY"]


def test_a_request_that_nothing_answered_is_not_sent():
    with aws_environment.made_up("eu-central-1"), aws_environment.nothing_sent():
        sts = boto3.Session().client("sts")
        with pytest.raises(RehearsalError, match=r"calls https://sts\.eu-central-1\."):
            sts.get_caller_identity()


def test_the_environment_is_as_before_even_after_a_failure(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    before = dict(os.environ)
    try:
        with aws_environment.made_up("eu-central-1"):
            raise RuntimeError
    except RuntimeError:
        pass
    assert dict(os.environ) == before
