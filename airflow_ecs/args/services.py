"""What runs, and who may log in."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi


class ServiceArgs(TypedDict):
    """What to change about one service."""

    cpu: NotRequired[int]
    """CPU units; 1024 are one vCPU."""
    memory: NotRequired[int]
    """Memory in MiB, one of those that Fargate offers with the CPU."""
    count: NotRequired[int]
    """How many tasks run. Default 1."""
    spot_share: NotRequired[int]
    """How many of the tasks run on Fargate Spot, in per cent. Default 0."""
    concurrency: NotRequired[int]
    """Airflow tasks that run at a time in one that runs any. Default: its memory by 256 MiB."""
    environment: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Extra environment variables of this service."""
    secrets: NotRequired[Mapping[str, str]]
    """Extra variables of this service whose values are parameters, by the parameters' names."""
    execution_role_arn: NotRequired[pulumi.Input[str]]
    """A role of yours for ECS to start the tasks with; one is made when absent."""
    task_role_arn: NotRequired[pulumi.Input[str]]
    """A role of yours for the code in the tasks; one is made when absent."""


class UserArgs(TypedDict):
    """A person who may log in."""

    username: str
    """The name to log in with."""
    email: str
    """The person's address."""
    first_name: NotRequired[str]
    """Shown on the web page. Default: the username."""
    last_name: NotRequired[str]
    """Shown on the web page. Default Airflow."""
    role: NotRequired[str]
    """Admin, Op, User, Viewer or Public. Default Admin."""
    password: NotRequired[pulumi.Input[str]]
    """At least 12 characters, as a secret of the stack; generated when absent."""
