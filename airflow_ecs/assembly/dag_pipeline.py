"""The DAG pipeline: from a push to DAGs that are tested and released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from airflow_ecs import buildspecs, pipeline_permissions
from airflow_ecs.assembly.builds import Builds
from airflow_ecs.assembly.image import RELEASED_IMAGE
from airflow_ecs.components.account import Account
from airflow_ecs.policies import Statement, pull_image, read_parameters
from airflow_ecs.spec.image import PipelineImage
from airflow_ecs.spec.pipelines import DagPipeline

NAME = "dag-pipeline"


@dataclass(frozen=True, kw_only=True, slots=True)
class DagRelease:
    """How DAGs are released: the step, what it is told, and what it must be allowed."""

    step: str
    target: pulumi.Input[str]
    statements: Sequence[Statement]


def release_to_s3(pipeline: DagPipeline, account: Account) -> DagRelease:
    """A release to a prefix of a bucket."""
    bucket = pulumi.Output.concat("arn:", account.partition, ":s3:::", pipeline.bucket)
    below = f"/{pipeline.prefix}/*" if pipeline.prefix else "/*"
    return DagRelease(
        step="release_to_s3.py",
        target=pipeline.destination,
        statements=pipeline_permissions.release_dags(
            bucket=bucket, objects=pulumi.Output.concat(bucket, below)
        ),
    )


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
            **({} if by_pipeline else {buildspecs.IMAGE: image.uri}),
        },
        parameters=parameters,
        statements=(
            *(pull_image(repository) if repository is not None else ()),
            *read_parameters(arns, builds.workloads.spec.kms_key_arn),
            *release.statements,
        ),
    )
