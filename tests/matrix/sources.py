"""Puts versions of DAGs where each source has them, as a user would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from tests.rehearsed import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rehearsed import Rehearsed

REFRESH = 5
"""Seconds between two looks at a source: the least that can be asked for."""

DAG = '''
"""Says which version each of its tasks has."""
import time

from airflow.sdk import DAG, task

from hooks.release import RELEASE

with DAG("versioned"):

    @task
    def first():
        time.sleep({seconds})
        print("first of", RELEASE)

    @task
    def second():
        print("second of", RELEASE)

    first() >> second()
'''


def write(folder: Path, release: str, *, seconds: int = 0) -> None:
    """Write one version of the DAGs into a folder: the image's, and one that tells its own."""
    shutil.copytree(ROOT / "docker" / "dags", folder, dirs_exist_ok=True)
    (folder / "versioned.py").write_text(DAG.format(seconds=seconds))
    (folder / "hooks").mkdir(exist_ok=True)
    (folder / "hooks" / "release.py").write_text(f'RELEASE = "{release}"\n')


class Source(ABC):
    """One source of DAGs.

    `complaint` is what the DAG processor says once it is lost, empty where nobody can tell that
    from one without DAGs; `keeps` is whether a run keeps to the version that it began with.
    """

    complaint = ""
    keeps = True

    def __init__(self, rehearsed: Rehearsed, refresh: int = REFRESH) -> None:
        self.rehearsed = rehearsed
        self.refresh = refresh

    @abstractmethod
    def settings(self) -> dict[str, object]:
        """What the stack says."""

    @abstractmethod
    def put(self, folder: Path, release: str) -> None:
        """Let the DAGs of a folder be those that count."""

    @abstractmethod
    def lose(self) -> None:
        """Take the source away, or the way to it."""

    def _run_step(self, script: str, target: str, folder: Path, release: str) -> None:
        state = self.rehearsed.state
        step = ROOT / "docker" / "pipelines" / script
        subprocess.run(
            [sys.executable, step, "publish", target, folder, release],
            env=os.environ
            | {
                "AWS_ENDPOINT_URL": state.endpoint,
                "AWS_DEFAULT_REGION": state.region,
                "AWS_ACCESS_KEY_ID": "rehearsal",
                "AWS_SECRET_ACCESS_KEY": "rehearsal",
            },
            check=True,
        )


class S3Releases(Source):
    """Releases in the bucket that is made."""

    complaint = "(404) when calling the HeadObject operation"

    def settings(self) -> dict[str, object]:
        return {"dags": {"source": "s3", "releases": True, "refresh_seconds": self.refresh}}

    def put(self, folder: Path, release: str) -> None:
        location = self.rehearsed.state.outputs["dagsLocation"]
        self._run_step("release_to_s3.py", location, folder, release)

    def lose(self) -> None:
        place = self.rehearsed.state.outputs["dagsLocation"].removeprefix("s3://")
        s3, bucket = self.rehearsed.client("s3"), place.partition("/")[0]
        for one in s3.list_object_versions(Bucket=bucket)["Versions"]:
            s3.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])
        s3.delete_bucket(Bucket=bucket)


class S3Files(S3Releases):
    """Files in the bucket, as `aws s3 sync` puts them."""

    complaint = "(NoSuchBucket) when calling the ListObjects operation"
    keeps = False

    def settings(self) -> dict[str, object]:
        return {"dags": {"source": "s3", "refresh_seconds": self.refresh}}

    def put(self, folder: Path, release: str) -> None:
        place = self.rehearsed.state.outputs["dagsLocation"].removeprefix("s3://")
        bucket, _, prefix = place.partition("/")
        for file in (one for one in folder.rglob("*") if one.is_file()):
            self.rehearsed.client("s3").upload_file(
                str(file), bucket, f"{prefix}/{file.relative_to(folder)}"
            )


class EfsReleases(Source):
    """Releases on the file system, written by the task that the DAG pipeline runs."""

    complaint = "nothing has been released yet"

    def settings(self) -> dict[str, object]:
        connection = "arn:aws:codeconnections:eu-west-1:123456789012:connection/1"
        return {
            "dags": {"source": "efs", "releases": True, "refresh_seconds": self.refresh},
            "pipelines": {
                "connection_arn": connection,
                "dags": {"repository": "https://github.com/you/dags"},
            },
        }

    def put(self, folder: Path, release: str) -> None:
        self._run_step("release_to_efs.py", "/airflow/dev/pipelines/dags", folder, release)

    def lose(self) -> None:
        state = self.rehearsed.folder / ".airflow-ecs" / self.rehearsed.stack
        (link,) = state.glob("file-systems/*/dags/current")
        link.unlink()


class EfsFiles(Source):
    """Files on the file system, as something that has mounted it puts them."""

    keeps = False

    def settings(self) -> dict[str, object]:
        return {"dags": {"source": "efs", "refresh_seconds": self.refresh}}

    def put(self, folder: Path, release: str) -> None:
        shutil.copytree(folder, self._folder, dirs_exist_ok=True)

    def lose(self) -> None:
        raise NotImplementedError("a folder without DAGs is what Airflow takes it for")

    @property
    def _folder(self) -> Path:
        state = self.rehearsed.folder / ".airflow-ecs" / self.rehearsed.stack
        (found,) = state.glob("file-systems/*/dags")
        return found


class Git(Source):
    """A branch of a repository, which a folder of this machine stands for."""

    complaint = "does not appear to be a git repository"

    ADDRESS = "git@github.com:you/dags.git"

    def settings(self) -> dict[str, object]:
        self._git("init", "--quiet", "--initial-branch", "main", self._repository)
        self._commit("begin")
        return {
            "dags": {
                "source": "git",
                "repository": self.ADDRESS,
                "folder": "dags",
                "deploy_key": "/team/deploy-key",
                "refresh_seconds": self.refresh,
            },
            "rehearsal": {
                "repositories": {self.ADDRESS: "repository"},
                "parameters": {"/team/deploy-key": "a private key"},
            },
        }

    def put(self, folder: Path, release: str) -> None:
        shutil.copytree(folder, self._repository / "dags", dirs_exist_ok=True)
        self._commit(release)

    def lose(self) -> None:
        # As with a key that is refused, git can't fetch.
        self._repository.rename(self._repository.with_name("away"))

    @property
    def _repository(self) -> Path:
        return self.rehearsed.folder / "repository"

    def _commit(self, message: str) -> None:
        self._git("-C", self._repository, "add", "--all")
        author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        self._git("-C", self._repository, *author, "commit", "-qm", message, "--allow-empty")

    def _git(self, *arguments: str | Path) -> None:
        subprocess.run(["git", *arguments], check=True)
