"""The image of the stack: built, released by the pipeline, or the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pulumi

from airflow_ecs.components.account import Account
from airflow_ecs.components.image import AirflowImage, ImageArgs
from airflow_ecs.components.released_image import ReleasedImage, ReleasedImageArgs
from airflow_ecs.image_repository import ecr_repository
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.image import BuiltImage, OwnImage, PipelineImage
from airflow_ecs.spec.reading import Given, is_known

# Where the pipeline writes which image it has released, below the deployment's own path.
RELEASED_IMAGE = ("image", "uri")


@dataclass(frozen=True, kw_only=True, slots=True)
class StackImage:
    """A reference, and the ECR repository that roles must be let into; None outside of ECR."""

    uri: pulumi.Input[str]
    repository_arn: pulumi.Output[str] | None
    repository_url: pulumi.Output[str] | None = None


def stack_image(
    name: str,
    spec: ClusterSpec,
    account: Account,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> StackImage:
    """Build the image, unless the user has one."""
    if isinstance(spec.image, OwnImage):
        return StackImage(
            uri=spec.image.uri, repository_arn=repository_arn(spec.image.uri, account)
        )
    released = _released(spec, tags, opts)
    built = AirflowImage(
        name,
        ImageArgs(
            spec=_source(spec.image, released),
            architecture=spec.architecture,
            protect=spec.protect_data,
            tags=tags,
        ),
        opts,
    )
    return StackImage(
        uri=built.uri,
        repository_arn=built.repository_arn,
        repository_url=built.repository_url,
    )


def _released(
    spec: ClusterSpec, tags: Mapping[str, pulumi.Input[str]], opts: pulumi.ResourceOptions
) -> ReleasedImage | None:
    if spec.pipelines is None or spec.pipelines.image is None:
        return None
    return ReleasedImage(
        spec.naming.logical("released-image"),
        ReleasedImageArgs(parameter=spec.naming.parameter(*RELEASED_IMAGE), tags=tags),
        opts,
    )


def _source(
    image: BuiltImage | PipelineImage, released: ReleasedImage | None
) -> BuiltImage | pulumi.Output[str]:
    if isinstance(image, BuiltImage):
        return image
    # Without an image pipeline the settings refuse this source.
    return cast(ReleasedImage, released).uri()


def repository_arn(uri: Given, account: Account) -> pulumi.Output[str] | None:
    """The repository of an image; of one that is not known yet, any of the account."""
    if not is_known(uri):
        return account.arn("ecr", "repository/*")
    found = ecr_repository(uri)
    if found is None:
        return None
    place = f"{found.region}:{found.account}:repository/{found.name}"
    return pulumi.Output.concat("arn:", account.partition, ":ecr:", place)
