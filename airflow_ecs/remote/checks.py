"""What a remote task may be given; each check raises a sentence that names the parameter."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from airflow_ecs.remote.errors import RemoteTaskError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_FAMILY_PART = re.compile(r"[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")

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


def words(parameter: str, command: Sequence[str]) -> None:
    """The words of a command."""
    if isinstance(command, str) or not all(isinstance(word, str) for word in command):
        raise RemoteTaskError(f"{parameter} is {command!r}; write a list of texts.")


def variables(
    environment: Mapping[str, str], values: Mapping[str, str], secrets: Mapping[str, str]
) -> None:
    """Variables of a container, each given once, and the keys that some are read from."""
    given: dict[str, str] = {}
    for parameter, found in (
        ("local_values", environment),
        ("environment_values", values),
        ("secret_values", secrets),
    ):
        for name, value in found.items():
            if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
                raise RemoteTaskError(
                    f"{parameter} has {name!r}, which is no environment variable; write letters, "
                    "digits and underscores."
                )
            if name in given:
                raise RemoteTaskError(
                    f"{name} is in {given[name]} and in {parameter}; write it in one of them."
                )
            if not isinstance(value, str):
                raise RemoteTaskError(f"{parameter}.{name} is {value!r}; write a text.")
            if parameter != "local_values" and not _KEY.fullmatch(value):
                raise RemoteTaskError(
                    f"{parameter}.{name} is {value!r}, which is no key under the parameter path; "
                    "write letters, digits and any of _ . - /"
                )
            given[name] = parameter


def run_values(
    jit: Mapping[str, object], values: Mapping[str, str], secrets: Mapping[str, str]
) -> None:
    """Variables of one run, which may replace local values alone."""
    for name in jit:
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            raise RemoteTaskError(
                f"jit_values has {name!r}, which is no environment variable; write letters, "
                "digits and underscores."
            )
        if name in values or name in secrets:
            raise RemoteTaskError(
                f"{name} is in jit_values, and injected too; ECS overrides neither values nor "
                "secrets, so write it in one of them."
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


def handed_on(wanted: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Keys of values that the deployment hands on."""
    for key in wanted.values():
        if key not in values:
            near = difflib.get_close_matches(key, values, n=1)
            known = ", ".join(sorted(values)) or "none"
            raise RemoteTaskError(
                f"environment_values names {key!r}, which the deployment does not hand on; "
                + (f"did you mean {near[0]}?" if near else f"the values it has: {known}.")
            )
