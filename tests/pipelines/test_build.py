"""The build of the image, with a docker and an aws that note what they are told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipelines.conftest import Ended, Steps

REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow"
COMMIT = "0123456789abcdef0123456789abcdef01234567"

DOCKER = f"""#!/bin/sh
[ "$1" = login ] && cat >> calls
echo "docker $*" >> calls
[ "$1" = "$FAILING" ] && exit 1
[ "$1" = inspect ] && echo '{REPOSITORY}@sha256:d1'
exit 0
"""
AWS = "#!/bin/sh\necho \"aws $*\" >> calls\necho 'pass word'\n"


@pytest.fixture
def project(steps: Steps) -> Steps:
    """A build context, and the two programs before all others."""
    steps.write("docker/Dockerfile", "FROM scratch\n")
    for name, script in (("docker", DOCKER), ("aws", AWS)):
        steps.write(f"bin/{name}", script).chmod(0o755)
    steps.environment["PATH"] = f"{steps.folder}/bin:{os.environ['PATH']}"
    return steps


def build(steps: Steps, *arguments: str, failing: str = "nothing") -> Ended:
    return steps.run(
        *("build_image.sh", REPOSITORY, ".", *(arguments or ("docker/Dockerfile",))),
        CODEBUILD_BUILD_NUMBER="7",
        CODEBUILD_RESOLVED_SOURCE_VERSION=COMMIT,
        FAILING=failing,
    )


def test_the_image_has_its_build_and_commit_as_labels_and_is_told_by_its_digest(
    project: Steps,
) -> None:
    ended = build(project)
    assert ended.ok()
    assert ended.said == f"{REPOSITORY}@sha256:d1\n"
    calls = (project.folder / "calls").read_text()
    assert "pass word\n" in calls
    assert "--build-arg LABEL_BUILD_NUMBER=7 " in calls
    assert f"--build-arg SOURCE_VERSION={COMMIT} " in calls
    assert f"docker push {REPOSITORY}:build-7-{COMMIT[:12]}\n" in calls


def test_the_password_of_the_registry_is_on_no_command_line(project: Steps) -> None:
    build(project)
    calls = (project.folder / "calls").read_text().splitlines()
    assert not [line for line in calls if line.startswith("docker") and "pass word" in line]


@pytest.mark.parametrize("step", ["login", "build", "push"])
def test_a_step_that_fails_ends_the_build(project: Steps, step: str) -> None:
    ended = build(project, failing=step)
    assert ended.code == 1
    assert ended.said == ""
    assert (project.folder / "calls").read_text().splitlines()[-1].startswith(f"docker {step}")


def test_a_dockerfile_that_is_not_there_is_named(project: Steps) -> None:
    assert "There is no file Containerfile in ." in build(project, "Containerfile").refused()


def test_a_step_in_the_image_has_the_project_and_neither_network_nor_credentials(
    project: Steps,
) -> None:
    image = f"{REPOSITORY}@sha256:d1"
    ended = project.run("run_in_image.sh", image, "check_dags.py", "my dags", FAILING="nothing")
    assert ended.ok()
    *_, login, run = (project.folder / "calls").read_text().splitlines()
    assert login.startswith("docker login --username AWS --password-stdin 123456789012.dkr.ecr.")
    assert "--network none" in run
    assert "--env DAG_ENVIRONMENT " in run
    assert f"--volume {project.folder}:/project " in run
    assert "AWS_" not in run
    assert run.endswith(f"--entrypoint python {image} /steps/check_dags.py my dags")


def test_a_step_that_fails_in_the_image_fails(project: Steps) -> None:
    image = "ghcr.io/team/airflow@sha256:d1"
    ended = project.run("run_in_image.sh", image, "check_dags.py", FAILING="run")
    assert ended.code == 1
    assert "login" not in (project.folder / "calls").read_text()
