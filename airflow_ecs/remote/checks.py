"""What a remote task may be given; each check raises a sentence that names the parameter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_ecs.remote.errors import RemoteTaskError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_FAMILY_PART = re.compile(r"[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*")

# Source: Amazon ECS API reference, CreateCapacityProvider.
_PROVIDER = re.compile(r"(?!aws|ecs|fargate)[A-Za-z0-9_-]{1,255}", re.IGNORECASE)

# Docker's grammar: a host with an optional port, a path in small letters, a tag, a digest.
_IMAGE = re.compile(
    r"([A-Za-z0-9.-]+(:\d+)?/)?"
    r"[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
    r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
    r"(@sha256:[0-9a-f]{64})?"
)

_TAG = re.compile(r"[\w .:/=+\-@]{0,256}")
_TAG_KEY = re.compile(r"[\w .:/=+\-@]{1,128}")

# Of EcsRunTaskOperator.
_SETTLED = (
    "awslogs_group",
    "awslogs_region",
    "awslogs_stream_prefix",
    "cluster",
    "container_name",
    "launch_type",
    "task_definition",
)

# Source: Amazon ECS API reference, Tag: 50 of a task, which takes those of its definition over.
# Three of them are what the definition adds, and two what the run does.
_MOST_TAGS = 45


def within(parameter: str, value: int, least: int, most: int) -> None:
    """A whole number in a range, both ends included."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not least <= value <= most:
        raise RemoteTaskError(
            f"{parameter} is {value!r}; write a whole number from {least} to {most}."
        )


def choice(parameter: str, value: str, options: Sequence[str]) -> None:
    """One of a few words."""
    if value not in options:
        raise RemoteTaskError(f"{parameter} is {value!r}; write {' or '.join(options)}.")


def family_part(parameter: str, value: str) -> None:
    """A part of a family's name, which also names the container and its log."""
    # The rest of a family's 255 characters is for the deployment and the other part.
    if not isinstance(value, str) or not _FAMILY_PART.fullmatch(value) or len(value) > 100:
        raise RemoteTaskError(
            f"{parameter} is {value!r}, which ECS takes no family for; write up to 100 letters, "
            "digits, underscores and single hyphens."
        )


def image(reference: str) -> None:
    """An image reference, with its registry or without."""
    if not isinstance(reference, str) or not _IMAGE.fullmatch(reference):
        raise RemoteTaskError(
            f"task_container is {reference!r}, which is no image; write a name with a tag or a "
            "digest, such as reports:1.4 or public.ecr.aws/docker/library/busybox:1.37."
        )


def texts(parameter: str, given: Any) -> None:
    """A list of texts, such as the words of a command."""
    listed = isinstance(given, Sequence) and not isinstance(given, str)
    if not listed or not all(isinstance(one, str) for one in given):
        raise RemoteTaskError(f"{parameter} is {given!r}; write a list of texts.")


def health_command(command: Any) -> None:
    """What asks a container whether it is well."""
    if not command:
        raise RemoteTaskError(
            f"healthcheck_command is {command!r}; write a text for the container's shell or a "
            "list of words, or leave it out."
        )
    if not isinstance(command, str):
        texts("healthcheck_command", command)


def capacity(provider: str | None, *, gpus: int, storage: int | None) -> None:
    """On what a task runs, with what Fargate alone has and what it has not."""
    if storage is not None:
        # Source: Amazon ECS developer guide, "Fargate task ephemeral storage".
        within("ephemeral_storage", storage, 21, 200)
    within("gpus", gpus, 0, 16)
    if provider is None:
        if gpus:
            raise RemoteTaskError(
                f"gpus is {gpus}, and Fargate has none; write capacity_provider too, the "
                "name of one of the cluster's whose instances have them."
            )
        return
    if not isinstance(provider, str) or not _PROVIDER.fullmatch(provider):
        raise RemoteTaskError(
            f"capacity_provider is {provider!r}, which is none of your own; write the name of one "
            "with EC2 instances, or for Fargate leave it out and write spot_share."
        )
    if storage is not None:
        raise RemoteTaskError(
            f"ephemeral_storage is {storage}, and the instances of {provider} have the disk that "
            "they have; leave it out, or leave out capacity_provider."
        )


def spot_share(share: int | None, provider: str | None) -> None:
    """The part of the runs on Spot, which is Fargate's."""
    if share is None:
        return
    within("spot_share", share, 0, 100)
    if provider is not None:
        raise RemoteTaskError(
            f"spot_share is {share}, and capacity_provider {provider!r}, whose instances are what "
            "they are; write one of the two."
        )


def passed_on(parameters: Collection[str]) -> None:
    """Parameters for Airflow's operator, of which some are not the DAG's to say."""
    for name in _SETTLED:
        if name in parameters:
            raise RemoteTaskError(
                f"{name} is what the deployment and the definition say of it; leave it out."
            )


def tags(given: Mapping[str, str]) -> None:
    """Tags as ECS takes them."""
    if len(given) > _MOST_TAGS:
        raise RemoteTaskError(f"There are {len(given)} tags; write at most {_MOST_TAGS}.")
    for key, value in given.items():
        texts = isinstance(key, str) and isinstance(value, str)
        reserved = texts and key.lower().startswith(("aws:", "airflow-ecs:"))
        if not texts or reserved or not _TAG_KEY.fullmatch(key) or not _TAG.fullmatch(value):
            raise RemoteTaskError(
                f"tags has {key!r}: {value!r}; write a key of 1 to 128 characters that starts "
                "with neither aws: nor airflow-ecs:, and a value of at most 256; both of letters, "
                "digits, spaces and any of _ . : / = + - @"
            )
