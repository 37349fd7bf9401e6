"""Where DAGs live."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from typing import NotRequired, TypedDict

import pulumi


class DagsArgs(TypedDict):
    """Where DAGs live, and how they get to the containers."""

    source: NotRequired[str]
    """image, s3, efs or git. Default image."""
    refresh_seconds: NotRequired[int]
    """How often s3, efs or git is looked at for changes, 5 to 3600. Default 60."""
    bucket: NotRequired[pulumi.Input[str]]
    """The bucket of s3; one is made when absent."""
    prefix: NotRequired[str]
    """The folder in that bucket. Default dags."""
    releases: NotRequired[bool]
    """Whether s3 or efs holds releases, each run of a DAG keeping to its own. Default false."""
    repository: NotRequired[str]
    """The repository of git, such as git@github.com:you/dags.git."""
    branch: NotRequired[str]
    """The branch or tag of git that counts. Default main."""
    folder: NotRequired[str]
    """The folder of the repository that holds the DAGs. Default: the whole repository."""
    deploy_key: NotRequired[str]
    """The name of the parameter that holds the SSH key of the repository."""
