"""What two parts of the arguments rule out together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.spec.broker import RedisOnFargate
from airflow_ecs.spec.dags import EfsDags, GitDags, S3Dags
from airflow_ecs.spec.image import OwnImage, PipelineImage
from airflow_ecs.spec.network import NewVpc, OwnVpc, task_subnet_count
from airflow_ecs.spec.reading import SpecError

if TYPE_CHECKING:
    from airflow_ecs.spec import ClusterSpec


def check_together(spec: ClusterSpec) -> None:
    """Refuse what is sound by itself only."""
    network = spec.network
    own_public = not isinstance(network, OwnVpc) or network.public_subnet_ids is not None
    if spec.ingress.internet_facing and not own_public:
        raise SpecError(
            "ingress.internet_facing is true in a VPC of yours, and network.public_subnet_ids "
            "is missing; write the ids of two public subnets."
        )
    pipelines = spec.pipelines
    if isinstance(spec.image, PipelineImage) and not (pipelines and pipelines.image):
        raise SpecError(
            "image.source is pipeline, and there is no image pipeline; write pipelines.image with "
            "the repository to build from."
        )
    if isinstance(spec.image, OwnImage) and pipelines and pipelines.image:
        raise SpecError(
            "image.uri names an image that exists, and pipelines.image would build another; write "
            "one of the two."
        )
    holds_releases = isinstance(spec.dags, S3Dags | EfsDags) and spec.dags.releases
    if pipelines and pipelines.dags and not pipelines.dags.destination and not holds_releases:
        raise SpecError(
            "pipelines.dags makes releases, and dags names no place that holds some; write "
            "dags: {source: s3, releases: true}, or efs, or pipelines.dags.destination."
        )
    if isinstance(spec.dags, EfsDags) and not task_subnet_count(network):
        raise SpecError(
            "dags.source is efs, which has a mount target in each subnet, and how many subnets "
            "the network has is not known yet; write them as a list, whose items may be outputs."
        )
    enclosed = isinstance(network, NewVpc) and network.nat == "none" and not network.public
    if enclosed and isinstance(spec.dags, GitDags):
        raise SpecError(
            f"dags.repository is {spec.dags.repository}, and network.nat none leaves no way to it; "
            "write network.nat: one, or dags.source: s3."
        )
    if (
        enclosed
        and isinstance(spec.broker, RedisOnFargate)
        and ".dkr.ecr." not in spec.broker.image
    ):
        raise SpecError(
            f"broker.image is {spec.broker.image}, and network.nat none leaves no way to a public "
            "registry; write an image in your own ECR, or broker.kind elasticache."
        )
