"""A build of the DAG pipeline on this machine, with stand-ins for what it fetches and asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs import buildspecs
from airflow_ecs.spec import ClusterSpec
from tests.pipelines.conftest import STEPS
from tests.pipelines.stand_in import serving
from tests.pipelines.test_quality import SCANNER, answering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.pipelines.conftest import Steps

# Runs a step as a container would: the image's Python, the variables that are handed on, and of
# the tools those that a build installs beside it.
DOCKER = """#!{python}
import os, sys
_, command, *words = sys.argv
assert command == "run", command
entry = words.index("--entrypoint")
program, image, step, *rest = words[entry + 1:]
assert (program, image) == ("python", "airflow:pushed")
assert words[words.index("--network") + 1] == "none"
handed = [words[place + 1] for place, word in enumerate(words) if word == "--env"]
own = {{"PATH": os.environ["PATH"], "HOME": "{folder}"}}
for name, given, value in (one.partition("=") for one in handed):
    if given or name in os.environ:
        own[name] = value if given else os.environ[name]
own["PYTHONPATH"] = "{root}:{folder}/tools"
step = step.replace("/steps/", "{steps}/")
os.execve("{image_python}", ["{image_python}", step, *rest], own)
"""

# What a build fetches from registries: pytest, from this environment, and the scanner.
PYTHON = """#!/bin/sh
[ "$1 $2" = "-m pip" ] && exit 0
exec {python} "$@"
"""
NPM = "#!/bin/sh\nexit 0\n"
TOOLS = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py.py")

DAG = """
import os

import boto3
from airflow.sdk import DAG, task
from hooks.names import NAME

boto3.client("sqs")

with DAG(NAME + os.environ["ENVIRONMENT"]):
    @task
    def one() -> None: ...

    one()
"""
TEST = """
from hooks.names import NAME

def test_the_name(): assert NAME == "orders-"
"""
RELEASE = "7-0123456789ab"


class Pipeline:
    """The pipeline of a deployment whose DAGs are in a bucket, where one release counts already."""

    def __init__(self, steps: Steps, s3: Any, image_python: str) -> None:
        self.steps, self.s3 = steps, s3
        self.bucket = f"dags-{uuid.uuid4().hex}"
        self.target = f"s3://{self.bucket}/dags"
        s3.create_bucket(
            Bucket=self.bucket,
            CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name},
        )
        programs = {
            "docker": DOCKER.format(
                python=sys.executable,
                folder=steps.folder,
                root=STEPS.parents[1],
                steps=STEPS,
                image_python=image_python,
            ),
            "python3": PYTHON.format(python=sys.executable),
            "npm": NPM,
            "sonar-scanner-npm": f"#!{sys.executable}\n{SCANNER}",
        }
        for name, content in programs.items():
            steps.write(f"bin/{name}", content).chmod(0o755)
        (steps.folder / "tools").mkdir()
        for name in TOOLS:
            installed = Path(pytest.__file__).parents[1] / name
            (steps.folder / "tools" / name).symlink_to(installed)
        steps.write("dags/one.py", DAG)
        steps.write("dags/hooks/names.py", 'NAME = "orders-"\n')
        steps.write("dags/.airflowignore", "hooks/\n")
        steps.write("tests/test_names.py", TEST)
        assert steps.run("release_to_s3.py", "publish", self.target, "dags", "6-before").ok()

    def push(self, answers: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        """Run the commands of a build in their order, as CodeBuild does, to the first failure."""
        with serving(answering(answers)) as url:
            return subprocess.run(
                ["sh", "-e", "-c", "\n".join(self._commands(url))],
                cwd=self.steps.folder,
                env=self.steps.environment
                | {
                    "PATH": f"{self.steps.folder}/bin:{os.environ['PATH']}",
                    "CODEBUILD_SRC_DIR_steps": str(STEPS),
                    "CODEBUILD_BUILD_NUMBER": "7",
                    "CODEBUILD_RESOLVED_SOURCE_VERSION": f"{RELEASE.partition('-')[2]}cdef0123",
                    "IMAGE": "airflow:pushed",
                    "TARGET": self.target,
                    "SONAR_TOKEN": "t0ken",
                    "DAG_ENVIRONMENT": json.dumps(
                        {"ENVIRONMENT": "prod", "AWS_DEFAULT_REGION": "eu-west-1"}
                    ),
                },
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )

    def _commands(self, gate: str) -> Sequence[str]:
        dags = {
            "repository": "https://github.com/team/dags",
            "gate": {"project": "dags", "url": gate, "token_parameter": "/sonar/token"},
        }
        connection = "arn:aws:codeconnections:eu-west-1:123456789012:connection/c-1"
        spec = ClusterSpec.read(
            "airflow",
            {
                "environment": "prod",
                "dags": {"source": "s3", "releases": True},
                "pipelines": {"connection_arn": connection, "dags": dags},
            },
        )
        assert spec.pipelines is not None
        assert spec.pipelines.dags is not None
        written = buildspecs.dag_pipeline(spec.pipelines.dags, "release_to_s3.py")
        commands: list[str] = written["phases"]["build"]["commands"]
        return commands

    def current(self) -> dict[str, Any]:
        found = self.s3.get_object(Bucket=self.bucket, Key="dags/current.json")
        return dict(json.load(found["Body"]))

    def released(self) -> dict[str, list[str]]:
        """The files by release."""
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="dags/releases/")["Contents"]
        found: dict[str, list[str]] = {}
        for one in listed:
            release, _, file = one["Key"].removeprefix("dags/releases/").partition("/")
            found.setdefault(release, []).append(file)
        return found
