from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Workbench

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "codebuild.amazonaws.com"},
            }
        ],
    }
)


def project(bench: Workbench, **inputs: Any) -> None:
    role = bench.create("aws:iam/role:Role", "builder", assumeRolePolicy=TRUST).outputs["arn"]
    given = {
        "name": "image",
        "serviceRole": role,
        "source": {"type": "GITLAB", "location": "https://gitlab.com/team/image"},
        "secondarySources": [
            {"sourceIdentifier": "steps", "type": "S3", "location": "bucket/steps.zip"}
        ],
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "computeType": "BUILD_GENERAL1_MEDIUM",
            "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        },
    }
    bench.create("aws:codebuild/project:Project", "p", **given | inputs)


def test_a_project_keeps_its_sources_and_its_webhook(bench: Workbench) -> None:
    project(bench)
    push = {"type": "EVENT", "pattern": "PUSH"}
    created = bench.create(
        "aws:codebuild/webhook:Webhook",
        "w",
        projectName="image",
        filterGroups=[{"filters": [push]}],
    )
    assert created.outputs["payloadUrl"].startswith("https://")
    (found,) = bench.client("codebuild").batch_get_projects(names=["image"])["projects"]
    assert found["source"]["type"] == "GITLAB"
    assert found["secondarySources"][0]["location"] == "bucket/steps.zip"
    assert found["webhook"]["filterGroups"] == [[push]]


def test_a_webhook_needs_a_project_and_is_its_only_one(bench: Workbench) -> None:
    def hook() -> None:
        bench.create("aws:codebuild/webhook:Webhook", "w", projectName="image")

    with pytest.raises(RehearsalError, match="The project image does not exist"):
        hook()
    project(bench)
    hook()
    with pytest.raises(RehearsalError, match="has a webhook already"):
        hook()


def test_a_size_that_codebuild_does_not_have_is_refused(bench: Workbench) -> None:
    environment = {"type": "LINUX_CONTAINER", "computeType": "HUGE", "image": "i"}
    with pytest.raises(RehearsalError, match="computeType is 'HUGE'"):
        project(bench, environment=environment)


def test_an_object_is_an_archive_of_the_programs_files(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "step.py").write_text("1\n")
    bench.create("aws:s3/bucket:Bucket", "b", bucket="steps-bucket")
    created = bench.create(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "o",
        bucket="steps-bucket",
        key="steps.zip",
        source={"assets": {"step.py": {"path": str(tmp_path / "step.py")}}},
        tags={"team": "data"},
    )
    assert created.outputs["key"] == "steps.zip"
    body = bench.client("s3").get_object(Bucket="steps-bucket", Key="steps.zip")["Body"].read()
    assert zipfile.ZipFile(io.BytesIO(body)).read("step.py") == b"1\n"


def test_parameters_are_found_by_their_path(bench: Workbench) -> None:
    look_up = "aws:ssm/getParametersByPath:getParametersByPath"
    asked = {"path": "/airflow/dev/image", "withDecryption": False}
    assert bench.account.invoke(look_up, asked)["names"] == []
    given = {"name": "/airflow/dev/image/uri", "type": "String", "value": "a"}
    bench.create("aws:ssm/parameter:Parameter", "i", **given)
    found = bench.account.invoke(look_up, asked)
    assert (found["names"], found["values"]) == (["/airflow/dev/image/uri"], ["a"])
