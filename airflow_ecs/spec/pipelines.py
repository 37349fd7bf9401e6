"""The pipelines: which repository's pushes become an image, or a release of DAGs, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import Given, SpecError, is_known

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

# Host -> what CodeBuild calls the provider.
PROVIDERS = {"github.com": "GITHUB", "gitlab.com": "GITLAB", "bitbucket.org": "BITBUCKET"}

_REPOSITORY = re.compile(r"https://(?P<host>[a-z.]+)/[\w.-]+(/[\w.-]+)+")
_CONNECTION = re.compile(
    r"arn:[a-z-]+:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/.+"
)
_BRANCH = re.compile(r"[A-Za-z0-9][\w./-]*")
_PARAMETER = re.compile(r"/?[\w.-]+(/[\w.-]+)*")
_BUCKET_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]+(/[\w.-]+)*/?")

# Of ECR's severities, those that it makes sense to stop at.
_SEVERITIES = ("low", "medium", "high", "critical")

_RATINGS = ("A", "B", "C", "D", "E")


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A branch of a repository, and what CodeBuild calls its provider."""

    repository: str
    provider: str
    branch: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImagePipeline:
    """An image for every push, unless its scan finds something of that severity or above."""

    source: Source
    context: str
    dockerfile: str
    fail_on: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityGate:
    """A project of SonarQube, and the worst security rating of its new code that may pass."""

    project: str
    organization: str | None
    url: str
    rating: str
    token_parameter: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DagPipeline:
    """A release of DAGs for every push: a folder of the repository.

    It goes to where the deployment has its DAGs, unless `destination` is another place in S3.
    """

    source: Source
    folder: str
    tests: str
    gate: QualityGate | None
    destination: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pipelines:
    """What a push sets off; the connection lets CodeBuild read the repositories."""

    connection_arn: Given
    image: ImagePipeline | None = None
    dags: DagPipeline | None = None


def read_pipelines(reader: Reader) -> Pipelines | None:
    """The pipelines; None when none is wanted."""
    if not reader.has("image", "dags", "connection_arn"):
        reader.finish()
        return None
    connection = reader.late_text("connection_arn", hint="the ARN of a connection")
    if is_known(connection) and not _CONNECTION.fullmatch(connection or ""):
        raise SpecError(
            f"{reader.path('connection_arn')} is {connection!r}, which is not the ARN of a "
            "connection; make one to your Git provider under Developer Tools > Connections, and "
            "write its ARN."
        )
    pipelines = Pipelines(
        connection_arn=connection,
        image=_image(reader.section("image")) if reader.has("image") else None,
        dags=_dags(reader.section("dags")) if reader.has("dags") else None,
    )
    reader.finish()
    return pipelines


def _image(reader: Reader) -> ImagePipeline:
    pipeline = ImagePipeline(
        source=_source(reader),
        context=reader.text("context", ".", hint="a folder of the repository"),
        dockerfile=reader.text("dockerfile", "docker/Dockerfile", hint="a path in the context"),
        fail_on=reader.choice("fail_on", _SEVERITIES, "critical"),
    )
    reader.finish()
    return pipeline


def _dags(reader: Reader) -> DagPipeline:
    pipeline = DagPipeline(
        source=_source(reader),
        folder=reader.text("folder", "dags", hint="a folder of the repository"),
        tests=reader.text("tests", "tests", hint="a folder of the repository"),
        gate=_gate(reader.section("gate")) if reader.has("gate") else None,
        destination=(
            _matching(
                reader, "destination", _BUCKET_URL, "a place in S3, such as s3://bucket/prefix"
            )
            if reader.has("destination")
            else reader.given("destination")
        ),
    )
    reader.finish()
    return pipeline


def _gate(reader: Reader) -> QualityGate:
    gate = QualityGate(
        project=reader.text("project", hint="the key of a SonarQube project"),
        organization=reader.optional_text("organization", hint="the key of an organization"),
        url=reader.text("url", "https://sonarcloud.io", hint="the URL of a SonarQube server"),
        rating=reader.choice("rating", _RATINGS, "A"),
        token_parameter=_matching(
            reader, "token_parameter", _PARAMETER, "the name of a parameter that holds the token"
        ),
    )
    reader.finish()
    return gate


def _source(reader: Reader) -> Source:
    repository = reader.text("repository", hint="the URL of a Git repository")
    found = _REPOSITORY.fullmatch(repository.removesuffix(".git"))
    if found is None or found["host"] not in PROVIDERS:
        raise SpecError(
            f"{reader.path('repository')} is {repository!r}, which CodeBuild can't be connected "
            f"to here; write a URL of {', '.join(PROVIDERS)}, such as "
            "https://github.com/team/dags."
        )
    branch = reader.text("branch", "main", hint="the name of a branch")
    if not _BRANCH.fullmatch(branch):
        raise SpecError(f"{reader.path('branch')} is {branch!r}; write the name of a branch.")
    return Source(repository=repository, provider=PROVIDERS[found["host"]], branch=branch)


def _matching(reader: Reader, key: str, pattern: re.Pattern[str], hint: str) -> str:
    text = reader.text(key, hint=hint)
    if not pattern.fullmatch(text):
        raise SpecError(f"{reader.path(key)} is {text!r}; write {hint}.")
    return text
