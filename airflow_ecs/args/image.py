"""The one image of all services."""

# No `from __future__ import annotations`: the schema is read from the live annotations.

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import pulumi


class ImageArgs(TypedDict):
    """The one image of all services."""

    source: NotRequired[str]
    """Who builds it: build (each update) or pipeline (the image pipeline). Default build."""
    uri: NotRequired[pulumi.Input[str]]
    """An image that exists already; nothing is built then."""
    context: NotRequired[str]
    """The folder of the build context. Default: the one that this package brings."""
    dockerfile: NotRequired[str]
    """The Dockerfile inside the context. Default docker/Dockerfile."""
    base: NotRequired[str]
    """The image that the Dockerfile starts from, as its argument AIRFLOW_IMAGE."""
    arguments: NotRequired[Mapping[str, str]]
    """Build arguments of the Dockerfile."""
