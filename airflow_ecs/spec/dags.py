"""Where DAGs live, and how they get to the containers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import Given, SpecError
from airflow_ecs.spec.words import only_of_kind

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

HTTPS_PORT = 443

_KEYS = {
    "image": (),
    "s3": ("bucket", "prefix", "releases", "refresh_seconds"),
    "efs": ("releases", "refresh_seconds"),
    "git": ("repository", "branch", "folder", "deploy_key", "refresh_seconds"),
}

# git@host:path, or https://host/path: what GitDagBundle passes on to git as it is.
_SSH = re.compile(r"git@[\w.-]+:[\w./~-]+")
_HTTPS = re.compile(r"https://[\w.-]+(:\d+)?/[\w./~-]+")
_SSH_PORT = 22
_LAST_PORT = 65535
_PATH = re.compile(r"[\w.-]+(/[\w.-]+)*")


@dataclass(frozen=True, kw_only=True)
class BakedDags:
    """In the image: a new DAG is a new image."""


@dataclass(frozen=True, kw_only=True)
class S3Dags:
    """Under a prefix of a bucket; `bucket` is None for one that is made."""

    bucket: Given | None = None
    prefix: str = "dags"
    releases: bool = False
    refresh_seconds: int = 60


@dataclass(frozen=True, kw_only=True)
class EfsDags:
    """On a file system that the containers mount, read-only."""

    releases: bool = False
    refresh_seconds: int = 60


@dataclass(frozen=True, kw_only=True)
class GitDags:
    """In a branch of a repository; `deploy_key` names the parameter that holds the SSH key."""

    repository: str
    branch: str = "main"
    folder: str | None = None
    deploy_key: str | None = None
    refresh_seconds: int = 60

    @property
    def by_ssh(self) -> bool:
        """Whether git speaks SSH rather than HTTPS."""
        return self.repository.startswith("git@")

    @property
    def port(self) -> int:
        """The port of the repository's host."""
        if self.by_ssh:
            return _SSH_PORT
        host = self.repository.removeprefix("https://").partition("/")[0]
        return int(host.partition(":")[2] or HTTPS_PORT)


Dags = BakedDags | S3Dags | EfsDags | GitDags


def deploy_key(dags: Dags) -> str | None:
    """The parameter that holds the key of the repository; None where no key is needed."""
    return dags.deploy_key if isinstance(dags, GitDags) else None


def read_dags(reader: Reader) -> Dags:
    """The source, with its own settings only."""
    source = reader.choice("source", tuple(_KEYS), "image")
    only_of_kind(reader, source, _KEYS, choice="source")
    dags: Dags
    match source:
        case "image":
            dags = BakedDags()
        case "s3":
            dags = _s3(reader)
        case "efs":
            dags = EfsDags(
                releases=reader.flag("releases", default=EfsDags.releases),
                refresh_seconds=_refresh_seconds(reader),
            )
        case _:
            dags = _git(reader)
    reader.finish()
    return dags


def _s3(reader: Reader) -> S3Dags:
    prefix = reader.text("prefix", S3Dags.prefix, hint="a folder in the bucket, such as dags")
    if not _PATH.fullmatch(prefix):
        raise SpecError(
            f"{reader.path('prefix')} is {prefix!r}; write a folder such as dags or team/dags, "
            "without a slash at either end."
        )
    return S3Dags(
        bucket=reader.late_text("bucket", hint="the name of a bucket"),
        prefix=prefix,
        releases=reader.flag("releases", default=S3Dags.releases),
        refresh_seconds=_refresh_seconds(reader),
    )


def _git(reader: Reader) -> GitDags:
    hint = "the address of a repository, such as git@github.com:you/dags.git"
    dags = GitDags(
        repository=reader.text("repository", hint=hint),
        branch=reader.text("branch", GitDags.branch, hint="a branch or tag"),
        folder=reader.optional_text("folder", hint="a folder of the repository, such as dags"),
        deploy_key=reader.optional_text(
            "deploy_key", hint="the name of the parameter that holds the key"
        ),
        refresh_seconds=_refresh_seconds(reader),
    )
    if not _SSH.fullmatch(dags.repository) and not _HTTPS.fullmatch(dags.repository):
        raise SpecError(
            f"{reader.path('repository')} is {dags.repository!r}, which is neither "
            "git@host:path nor https://host/path without a password; write one of them."
        )
    if not 1 <= dags.port <= _LAST_PORT:
        raise SpecError(
            f"{reader.path('repository')} is {dags.repository!r}, and there is no port "
            f"{dags.port}; write one from 1 to {_LAST_PORT}, or none."
        )
    if dags.by_ssh and dags.deploy_key is None:
        raise SpecError(
            f"{reader.path('deploy_key')} is missing, and {dags.repository} is reached by SSH; "
            "write the name of the parameter that holds the private key, such as /dags/deploy-key."
        )
    if not dags.by_ssh and dags.deploy_key is not None:
        raise SpecError(
            f"{reader.path('deploy_key')} is an SSH key, and {dags.repository} is reached by "
            "HTTPS; write the repository as git@host:path, or leave the key out."
        )
    if dags.folder is not None and not _PATH.fullmatch(dags.folder):
        raise SpecError(
            f"{reader.path('folder')} is {dags.folder!r}; write a folder of the repository such "
            "as dags, without a slash at either end."
        )
    return dags


def _refresh_seconds(reader: Reader) -> int:
    return reader.integer("refresh_seconds", 60, at_least=5, at_most=3600, unit="seconds")
