"""The DAG pipeline: from a push to DAGs that are tested and released."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from airflow_ecs import buildspecs
from airflow_ecs.assembly.builds import Builds
from airflow_ecs.assembly.dag_release import DagRelease
from airflow_ecs.assembly.image import RELEASED_IMAGE
from airflow_ecs.components.json_text import json_text
from airflow_ecs.container_environment import shared
from airflow_ecs.policies import pull_image, read_parameters
from airflow_ecs.spec.image import PipelineImage
from airflow_ecs.spec.pipelines import DagPipeline

NAME = "dag-pipeline"


def dag_pipeline(builds: Builds, pipeline: DagPipeline, release: DagRelease) -> None:
    """Test the DAGs in the image, and release them."""
    # The image that the pipeline released last, rather than the one of the last update.
    by_pipeline = isinstance(builds.workloads.spec.image, PipelineImage)
    released = builds.workloads.spec.naming.parameter(*RELEASED_IMAGE)
    parameters: dict[str, str] = {}
    if by_pipeline:
        parameters[buildspecs.IMAGE] = released
    if pipeline.gate is not None:
        parameters[buildspecs.TOKEN] = pipeline.gate.token_parameter
    arns = [
        builds.workloads.account.arn("ssm", f"parameter/{parameter.removeprefix('/')}")
        for parameter in parameters.values()
    ]
    image = builds.workloads.image
    repository = image.repository_arn
    builds.pipeline(
        NAME,
        pipeline.source,
        "Tests the DAGs and releases them",
        buildspecs.dag_pipeline(pipeline, release.step),
        variables={
            buildspecs.TARGET: release.target,
            buildspecs.ENVIRONMENT: json_text(_environment(builds)),
            **({} if by_pipeline else {buildspecs.IMAGE: image.uri}),
        },
        parameters=parameters,
        statements=(
            *(pull_image(repository) if repository is not None else ()),
            *read_parameters(arns, builds.workloads.spec.kms_key_arn),
            *release.statements,
        ),
    )


def _environment(builds: Builds) -> Mapping[str, pulumi.Input[str]]:
    """What DAGs find in each container, secrets apart: they may ask for it while they load."""
    spec, account = builds.workloads.spec, builds.workloads.account
    # ECS itself tells its tasks the region.
    region = {"AWS_REGION": account.region, "AWS_DEFAULT_REGION": account.region}
    return {**region, **shared(spec, account.registry), **spec.extra_environment}
