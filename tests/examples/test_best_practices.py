"""Image and DAGs released by pipelines, after tests and a gate, as their example makes it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.components.conftest import container, statements
from tests.examples.conftest import deployed

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_ecs.rehearsal.recording import Recording

pytestmark = pytest.mark.slow

DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
READ_DAGS = ("dag-processor", "triggerer", "worker")
HAVE_THE_DATABASE = ("web", "scheduler", "dag-processor", "triggerer")


@pytest.fixture
def cloud() -> Recording:
    return deployed("best-practices")


def project(cloud: Recording, pipeline: str) -> dict[str, Any]:
    return dict(cloud.one("aws:codebuild/project:Project", f"airflow-{pipeline}").inputs)


def commands(cloud: Recording, pipeline: str) -> list[str]:
    buildspec = json.loads(project(cloud, pipeline)["source"]["buildspec"])
    return list(buildspec["phases"]["build"]["commands"])


def steps(cloud: Recording, pipeline: str) -> list[str]:
    return re.findall(r"\w+\.(?:py|sh)", " ".join(commands(cloud, pipeline)))


def secret(cloud: Recording) -> str:
    database = cloud.one("aws:rds/cluster:Cluster", "airflow-database")
    (kept,) = cloud.created[database.urn].outputs["masterUserSecrets"]
    return str(kept["secretArn"])


def test_the_database_is_aurora_and_rds_keeps_and_changes_its_password(cloud) -> None:
    database = cloud.one("aws:rds/cluster:Cluster", "airflow-database").inputs
    assert database["engine"] == "aurora-postgresql"
    assert database["serverlessv2ScalingConfiguration"] == {"minCapacity": 0.5, "maxCapacity": 4}
    assert database["manageMasterUserPassword"] is True
    assert "masterPassword" not in database
    for service in (*HAVE_THE_DATABASE, "worker"):
        told = {one["name"]: one["valueFrom"] for one in container(cloud, service)["secrets"]}
        expected = f"{secret(cloud)}:password::" if service in HAVE_THE_DATABASE else None
        assert told.get("PGPASSWORD") == expected


def test_a_changed_password_rolls_the_services_that_have_it(cloud) -> None:
    rule = cloud.one("aws:cloudwatch/eventRule:EventRule", "airflow-rotation")
    pattern = json.loads(rule.inputs["eventPattern"])
    assert pattern["resources"] == [secret(cloud)]
    assert pattern["detail"] == {"labelUpdated": ["AWSCURRENT"]}
    target = cloud.one("aws:cloudwatch/eventTarget:EventTarget", "airflow-rotation").inputs
    function = cloud.one("aws:lambda/function:Function", "airflow-rotation")
    assert target["rule"] == cloud.created[rule.urn].outputs["name"]
    assert target["arn"] == cloud.created[function.urn].outputs["arn"]
    rolled = json.loads(function.inputs["environment"]["variables"]["SERVICES"])
    assert rolled == [f"airflow-dev-{service}" for service in HAVE_THE_DATABASE]


@pytest.mark.parametrize(
    ("pipeline", "repository"),
    [
        ("image-pipeline", "https://github.com/team/airflow-image"),
        ("dag-pipeline", "https://github.com/team/dags"),
    ],
)
def test_a_push_starts_a_build_whose_status_is_on_the_commit(
    cloud, pipeline: str, repository: str
) -> None:
    source = project(cloud, pipeline)["source"]
    assert (source["location"], source["reportBuildStatus"]) == (repository, True)
    webhook = cloud.one("aws:codebuild/webhook:Webhook", f"airflow-{pipeline}").inputs
    (group,) = webhook["filterGroups"]
    assert {"type": "EVENT", "pattern": "PUSH"} in group["filters"]


def test_an_image_is_scanned_when_it_is_pushed_and_released_if_nothing_is_found(cloud) -> None:
    repository = cloud.one("aws:ecr/repository:Repository", "airflow-image").inputs
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
    assert steps(cloud, "image-pipeline") == [
        "build_image.sh",
        "scan_image.py",
        "take_turn.py",
        "release_image.py",
    ]
    assert commands(cloud, "image-pipeline")[2].endswith("--fail-on HIGH")


def test_an_image_is_told_its_build_and_its_commit(cloud, tmp_path: Path) -> None:
    archive = cloud.one("aws:s3/bucketObjectv2:BucketObjectv2", "airflow-pipelines").inputs
    step = archive["source"]["assets"]["build_image.sh"]["path"]
    for program in ("aws", "docker"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho "{program} $*" >> calls\n')
        (tmp_path / program).chmod(0o755)
    (tmp_path / "Dockerfile").touch()
    subprocess.run(
        ["sh", step, "registry/airflow", ".", "Dockerfile"],
        cwd=tmp_path,
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "CODEBUILD_BUILD_NUMBER": "7",
            "CODEBUILD_RESOLVED_SOURCE_VERSION": "0123456789abcdef",
        },
        check=True,
    )
    calls = (tmp_path / "calls").read_text()
    assert "--build-arg LABEL_BUILD_NUMBER=7 " in calls
    assert "--build-arg SOURCE_VERSION=0123456789abcdef " in calls


def test_dags_are_released_after_their_tests_the_check_and_the_gate(cloud) -> None:
    found = [step for step in steps(cloud, "dag-pipeline") if step != "run_in_image.sh"]
    assert found == [
        "run_tests.py",
        "check_dags.py",
        "check_quality.py",
        "take_turn.py",
        "release_to_efs.py",
    ]
    (gate,) = (one for one in commands(cloud, "dag-pipeline") if "check_quality.py" in one)
    assert "--project team_dags --url https://sonarcloud.io --rating A" in gate
    told = project(cloud, "dag-pipeline")["environment"]["environmentVariables"]
    token = {"name": "SONAR_TOKEN", "type": "PARAMETER_STORE", "value": "/sonar/token"}
    assert token in told


def test_services_mount_the_dags_read_only_by_tls_and_their_role(cloud) -> None:
    system = cloud.one("aws:efs/fileSystem:FileSystem", "airflow-dags")
    assert system.inputs["encrypted"] is True
    for service in READ_DAGS:
        assert _mounted(cloud, service)["transitEncryption"] == "ENABLED"
        assert _mounted(cloud, service)["authorizationConfig"]["iam"] == "ENABLED"
        (mount,) = container(cloud, service)["mountPoints"]
        assert mount["readOnly"] is True
        assert _file_system_actions(cloud, service) == {"elasticfilesystem:ClientMount"}
    for service in ("web", "scheduler"):
        assert not container(cloud, service).get("mountPoints")
        assert _file_system_actions(cloud, service) == set()


def test_what_the_pipeline_runs_alone_may_write_them(cloud) -> None:
    target = cloud.one("aws:ssm/parameter:Parameter", "airflow-dag-release").inputs
    told = project(cloud, "dag-pipeline")["environment"]["environmentVariables"]
    assert {"name": "TARGET", "type": "PLAINTEXT", "value": target["name"]} in told
    definition = cloud.one(DEFINITION, "airflow-dag-release")
    run = json.loads(target["value"])["task_definition"]
    assert run == definition.inputs["family"]
    assert _mounted(cloud, "dag-release") == _mounted(cloud, "worker")
    (mount,) = container(cloud, "dag-release")["mountPoints"]
    assert mount["readOnly"] is False
    assert "elasticfilesystem:ClientWrite" in _file_system_actions(cloud, "dag-release")


def _mounted(cloud: Recording, service: str) -> dict[str, Any]:
    (volume,) = cloud.one(DEFINITION, f"airflow-{service}").inputs["volumes"]
    return dict(volume["efsVolumeConfiguration"])


def _file_system_actions(cloud: Recording, service: str) -> set[str]:
    return {
        action
        for statement in statements(cloud, f"airflow-{service}-task")
        for action in statement["Action"]
        if action.startswith("elasticfilesystem:")
    }
