"""DAG releases on a file system: the step, and the task that it runs, for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.runtime import dag_release
from tests.pipelines.conftest import ROOT
from tests.pipelines.stand_in import documents, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.pipelines.conftest import Account, Ended, Steps

STEP = "release_to_efs.py"
TARGET = "/airflow/efs/pipelines/dags"


class Cluster:
    """Plays ECS: each task's command is run here, as the container would run it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.codes: list[int] = []

    def answer(self, operation: str, request: Any) -> Any:
        if operation == "RunTask":
            assert request["networkConfiguration"]["awsvpcConfiguration"] == {"subnets": ["s-1"]}
            (override,) = request["overrides"]["containerOverrides"]
            command = [str(ROOT / "docker" / "entrypoint.sh"), *override["command"]]
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
            own = {"PATH": path, "PYTHONPATH": str(ROOT)}
            environment = {**os.environ, **self.environment, **own}
            done = subprocess.run(command, env=environment, capture_output=True, check=False)
            self.codes.append(done.returncode)
            return {"tasks": [{"taskArn": "arn:task"}], "failures": []}
        container = {"name": "dags", "exitCode": self.codes[-1]}
        return {
            "tasks": [
                {"taskArn": "arn:task", "lastStatus": "STOPPED"} | {"containers": [container]}
            ]
        }


class FileSystem:
    """A folder that plays the file system, and releases to it."""

    def __init__(self, steps: Steps, folder: Path) -> None:
        self.steps, self.folder = steps, folder

    def publish(self, release: str, content: str) -> Ended:
        self.steps.write("dags/one.py", content)
        return self.steps.run(STEP, "--poll", 0.01, "publish", TARGET, "dags", release)

    def roll_back(self, *release: str) -> Ended:
        return self.steps.run(STEP, "--poll", 0.01, "roll-back", TARGET, *release)

    def content(self) -> str:
        return (self.folder / "current" / "one.py").read_text()


@pytest.fixture
def file_system(in_aws: Steps, account: Account, tmp_path: Path) -> Iterator[FileSystem]:
    folder = tmp_path / "efs"
    target = {
        "artifacts": "s3://efs-artifacts/dags",
        "cluster": "airflow",
        "task_definition": "airflow-dags",
        "container": "dags",
        "network": {"subnets": ["s-1"]},
        "capacity_providers": [{"capacityProvider": "FARGATE"}],
        "folder": str(folder),
    }
    account.client("ssm").put_parameter(
        Name=TARGET, Value=json.dumps(target), Type="String", Overwrite=True
    )
    s3 = account.client("s3")
    if not any(one["Name"] == "efs-artifacts" for one in s3.list_buckets()["Buckets"]):
        place = {"LocationConstraint": s3.meta.region_name}
        s3.create_bucket(Bucket="efs-artifacts", CreateBucketConfiguration=place)
    with serving(documents(Cluster(dict(in_aws.environment)).answer)) as url:
        in_aws.environment["AWS_ENDPOINT_URL_ECS"] = url
        yield FileSystem(in_aws, folder)


def test_a_release_is_unpacked_and_linked_and_can_be_rolled_back(file_system: FileSystem) -> None:
    assert file_system.publish("1", "# first").ok()
    assert file_system.publish("2", "# second").ok()
    assert file_system.content() == "# second"
    assert file_system.roll_back().ok()
    assert file_system.content() == "# first"
    assert file_system.roll_back("2").ok()
    assert file_system.content() == "# second"


def test_a_task_that_fails_leaves_what_counts(file_system: FileSystem) -> None:
    assert file_system.publish("1", "# first").ok()
    again = file_system.publish("1", "# again").refused()
    assert "ended with code 1, and what was released before still is" in again
    assert file_system.content() == "# first"


def test_a_target_that_is_not_there_is_named(in_aws: Steps) -> None:
    in_aws.write("dags/one.py", "")
    assert "ParameterNotFound" in in_aws.run(STEP, "publish", "/none", "dags", "1").refused()


def test_an_archive_that_is_not_whole_is_never_linked(tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK")
    with pytest.raises(dag_release.ReleaseError, match="could not be unpacked"):
        dag_release.publish(tmp_path, "1", broken)
    assert list((tmp_path / "releases").iterdir()) == []
    assert not (tmp_path / "current").exists()


def test_rolling_back_to_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(dag_release.ReleaseError, match="no earlier release"):
        dag_release.roll_back(tmp_path)
    with pytest.raises(dag_release.ReleaseError, match="no release 9"):
        dag_release.roll_back(tmp_path, "9")
