"""The one image of all services: built by an update or by the pipeline, or the user's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.spec.reading import Given, SpecError, is_known

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

_REFERENCE = re.compile(
    r"[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?"
)

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnImage:
    """An image that exists already, by its reference."""

    uri: Given


@dataclass(frozen=True, kw_only=True, slots=True)
class BuiltImage:
    """An image to build: the context folder, the Dockerfile in it, and build arguments."""

    context: Path
    dockerfile: Path
    base: str | None = None
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PipelineImage:
    """The image that the image pipeline has released last."""


SOURCES = ("build", "pipeline")

_OF_A_BUILD = ("context", "dockerfile", "base", "arguments")


def packaged_context() -> Path:
    """The build context that the package brings: in the wheel, or the repository it is in."""
    installed = _PACKAGE / "build_context"
    return installed if installed.is_dir() else _PACKAGE.parent


def read_image(reader: Reader) -> OwnImage | BuiltImage | PipelineImage:
    """A reference to an image, or who builds it and from what; not both."""
    source = reader.choice("source", SOURCES, "build")
    image: OwnImage | BuiltImage | PipelineImage
    if reader.has("uri"):
        image = _own(reader)
    elif source == "pipeline":
        image = _of_pipeline(reader)
    else:
        image = _built(reader)
    reader.finish()
    return image


def _own(reader: Reader) -> OwnImage:
    for key in (*_OF_A_BUILD, "source"):
        if reader.has(key):
            raise SpecError(
                f"{reader.path('uri')} names an image that exists, and {reader.path(key)} "
                "describes one to build; write one of the two."
            )
        reader.given(key)
    uri = reader.late_text("uri", hint="the reference of an image")
    if is_known(uri) and not _REFERENCE.fullmatch(uri):
        raise SpecError(
            f"{reader.path('uri')} is {uri!r}, which is not the reference of an image; "
            "write one such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/airflow@sha256:…"
        )
    return OwnImage(uri=uri)


def _of_pipeline(reader: Reader) -> PipelineImage:
    reader.given("uri")
    for key in _OF_A_BUILD:
        if reader.has(key):
            raise SpecError(
                f"{reader.path('source')} is pipeline, which builds from its own repository, and "
                f"{reader.path(key)} describes another build; leave one of the two out."
            )
        reader.given(key)
    return PipelineImage()


def _built(reader: Reader) -> BuiltImage:
    reader.given("uri")
    context = Path(reader.text("context", str(packaged_context()), hint="a folder"))
    if not context.is_dir():
        raise SpecError(
            f"{reader.path('context')} is {str(context)!r}, where there is no folder; "
            "write the folder of the build context, relative to the project."
        )
    dockerfile = context / reader.text("dockerfile", "docker/Dockerfile", hint="a path")
    if not dockerfile.is_file():
        raise SpecError(
            f"{reader.path('dockerfile')} is {str(dockerfile)!r}, where there is no file; "
            f"write the path of the Dockerfile inside {reader.path('context')}."
        )
    arguments = reader.mapping("arguments")
    for name, value in arguments.items():
        if not isinstance(value, (str, int, float)):
            raise SpecError(f"{reader.path('arguments')}.{name} is {value!r}; write a text.")
    return BuiltImage(
        context=context,
        dockerfile=dockerfile,
        base=reader.optional_text("base", hint="the reference of the base image"),
        arguments=tuple(sorted((name, str(value)) for name, value in arguments.items())),
    )
