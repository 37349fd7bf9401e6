"""What a push to a repository sets off."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from typing import NotRequired, TypedDict

import pulumi


class ImagePipelineArgs(TypedDict):
    """A build, a scan and a release of the image for each push to a branch."""

    repository: str
    """The URL of a Git repository on github.com, gitlab.com or bitbucket.org."""
    branch: NotRequired[str]
    """The branch. Default main."""
    context: NotRequired[str]
    """The folder of the build context in the repository. Default the whole."""
    dockerfile: NotRequired[str]
    """The Dockerfile inside the context. Default docker/Dockerfile."""
    fail_on: NotRequired[str]
    """The least severity of a finding that stops it: low, medium, high, or (default) critical."""


class QualityGateArgs(TypedDict):
    """A SonarQube project whose quality gate DAGs must pass."""

    project: str
    """The key of the project."""
    organization: NotRequired[str]
    """The key of its organization, on SonarQube Cloud."""
    url: NotRequired[str]
    """The server. Default https://sonarcloud.io."""
    rating: NotRequired[str]
    """The worst security rating of new code that may pass, A to E. Default A."""
    token_parameter: str
    """The parameter of yours that holds the token."""


class DagPipelineArgs(TypedDict):
    """Tests, checks and a release of the DAGs for each push to a branch."""

    repository: str
    """The URL of a Git repository on github.com, gitlab.com or bitbucket.org."""
    branch: NotRequired[str]
    """The branch. Default main."""
    folder: NotRequired[str]
    """The folder of the DAGs in the repository. Default dags."""
    tests: NotRequired[str]
    """The folder of their tests. Default tests."""
    gate: NotRequired[QualityGateArgs]
    """The quality gate. Default none."""
    destination: NotRequired[str]
    """Where releases go, s3://bucket/prefix. Default: where `dags` says, on s3 or efs."""


class PipelinesArgs(TypedDict):
    """What a push to a repository sets off."""

    connection_arn: pulumi.Input[str]
    """The connection to the Git provider (CodeConnections)."""
    image: NotRequired[ImagePipelineArgs]
    """The pipeline of the image. Default none."""
    dags: NotRequired[DagPipelineArgs]
    """The pipeline of the DAGs. Default none."""
