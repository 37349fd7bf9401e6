"""The pipelines: from a push to a release of the image, or of the DAGs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import buildspecs, pipeline_permissions
from airflow_ecs.assembly.image import RELEASED_IMAGE
from airflow_ecs.assembly.workloads import Workloads
from airflow_ecs.components.account import Account
from airflow_ecs.components.image import PLATFORMS
from airflow_ecs.components.json_text import json_text
from airflow_ecs.components.migration import DatabaseMigration
from airflow_ecs.components.pipeline import Pipeline, PipelineArgs
from airflow_ecs.components.pipeline_steps import PipelineSteps, PipelineStepsArgs
from airflow_ecs.components.service import FargateService
from airflow_ecs.policies import Statement, pull_image, read_parameters
from airflow_ecs.process import Service
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.image import PipelineImage, packaged_context
from airflow_ecs.spec.pipelines import DagPipeline, ImagePipeline, Pipelines

IMAGE_PIPELINE = "image-pipeline"
DAG_PIPELINE = "dag-pipeline"


def pipeline_names(spec: ClusterSpec) -> list[str]:
    """The pipelines that there are, as their logs are named."""
    pipelines = spec.pipelines
    image = [IMAGE_PIPELINE] if pipelines and pipelines.image else []
    return image + ([DAG_PIPELINE] if pipelines and pipelines.dags else [])


@dataclass(frozen=True, kw_only=True, slots=True)
class DagRelease:
    """How DAGs are released: the step, what it is told, and what it must be allowed."""

    step: str
    target: pulumi.Input[str]
    statements: Sequence[Statement]


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """What an image is released to: services, and the migration before them, if there is one."""

    cluster_arn: pulumi.Output[str]
    services: Sequence[Service]
    deployed: Mapping[str, FargateService]
    migrations: Sequence[DatabaseMigration]


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


def pipelines(
    name: str, workloads: Workloads, release: Release, opts: pulumi.ResourceOptions
) -> None:
    """Make the pipelines that are wanted."""
    wanted = workloads.spec.pipelines
    if wanted is None:
        return
    steps = PipelineSteps(
        f"{name}-pipelines",
        PipelineStepsArgs(folder=packaged_context() / "docker" / "pipelines", tags=workloads.tags),
        opts,
    )
    made = _Pipelines(workloads, wanted, steps, opts)
    if wanted.image is not None:
        made.image_pipeline(wanted.image, release)
    if wanted.dags is not None:
        made.dag_pipeline(wanted.dags, release_to_s3(wanted.dags, workloads.account))


@dataclass(frozen=True, slots=True)
class _Pipelines:
    workloads: Workloads
    wanted: Pipelines
    steps: PipelineSteps
    opts: pulumi.ResourceOptions

    def image_pipeline(self, pipeline: ImagePipeline, release: Release) -> None:
        """Builds the image, and releases it to the services."""
        account, image = self.workloads.account, self.workloads.image
        naming = self.workloads.spec.naming
        target = naming.parameter("pipelines", "image")
        released = naming.parameter(*RELEASED_IMAGE)
        own = [service for service in release.services if service.process.image is None]
        families = {service.name: naming.family(service.name) for service in own}
        aws.ssm.Parameter(
            naming.logical(IMAGE_PIPELINE),
            name=target,
            type="String",
            tier="Intelligent-Tiering",
            value=json_text(
                {
                    "cluster": release.cluster_arn,
                    "migrations": [
                        {"function": run.function_name, "event": run.event}
                        for run in release.migrations
                    ],
                    "services": {families[service.name]: service.process.waits for service in own},
                    "image_parameter": released,
                }
            ),
            tags=self.workloads.tags,
            opts=self.opts,
        )
        touched = pipeline_permissions.ImageRelease(
            repository=image.repository_arn,
            services=[
                account.arn("ecs", f"service/{naming.prefix}/{family}")
                for family in families.values()
            ],
            definitions=[
                account.arn("ecs", f"task-definition/{family}:*")
                for family in (*families.values(), *(run.family for run in release.migrations))
            ],
            roles=[
                *(role for one in own for role in release.deployed[one.name].role_arns),
                *(role for run in release.migrations for role in run.role_arns),
            ],
            functions=[run.function_arn for run in release.migrations],
            target=account.arn("ssm", f"parameter{target}"),
            image_parameter=account.arn("ssm", f"parameter{released}"),
        )
        self._pipeline(
            IMAGE_PIPELINE,
            pipeline,
            "Builds the image of Airflow and releases it",
            buildspecs.image_pipeline(pipeline, PLATFORMS[self.workloads.spec.architecture]),
            variables={
                buildspecs.REPOSITORY: image.repository_url or "",
                buildspecs.TARGET: target,
            },
            parameters={},
            statements=pipeline_permissions.release_image(touched),
        )

    def dag_pipeline(self, pipeline: DagPipeline, release: DagRelease) -> None:
        """Tests the DAGs in the image, and releases them."""
        # The image that the pipeline released last, rather than the one of the last update.
        by_pipeline = isinstance(self.workloads.spec.image, PipelineImage)
        released = self.workloads.spec.naming.parameter(*RELEASED_IMAGE)
        parameters: dict[str, str] = {}
        if by_pipeline:
            parameters[buildspecs.IMAGE] = released
        if pipeline.gate is not None:
            parameters[buildspecs.TOKEN] = pipeline.gate.token_parameter
        arns = [
            self.workloads.account.arn("ssm", f"parameter/{parameter.removeprefix('/')}")
            for parameter in parameters.values()
        ]
        image = self.workloads.image
        repository = image.repository_arn
        self._pipeline(
            DAG_PIPELINE,
            pipeline,
            "Tests the DAGs and releases them",
            buildspecs.dag_pipeline(pipeline, release.step),
            variables={
                buildspecs.TARGET: release.target,
                **({} if by_pipeline else {buildspecs.IMAGE: image.uri}),
            },
            parameters=parameters,
            statements=(
                *(pull_image(repository) if repository is not None else ()),
                *read_parameters(arns, self.workloads.spec.kms_key_arn),
                *release.statements,
            ),
        )

    def _pipeline(
        self,
        part: str,
        pipeline: ImagePipeline | DagPipeline,
        description: str,
        buildspec: Mapping[str, object],
        *,
        variables: Mapping[str, pulumi.Input[str]],
        parameters: Mapping[str, pulumi.Input[str]],
        statements: Sequence[Statement],
    ) -> None:
        project = self.workloads.spec.naming.family(part)
        log = self.workloads.logs.groups[part]
        Pipeline(
            self.workloads.spec.naming.logical(part),
            PipelineArgs(
                project=project,
                description=description,
                source=pipeline.source,
                connection_arn=self.wanted.connection_arn,
                steps_location=self.steps.location,
                buildspec=buildspec,
                variables=variables,
                parameters=parameters,
                statements=[
                    *pipeline_permissions.any_build(
                        project=self.workloads.account.arn("codebuild", f"project/{project}"),
                        connection=self.wanted.connection_arn,
                        steps=self.steps.arn,
                        streams=log.streams_arn,
                    ),
                    *statements,
                ],
                architecture=self.workloads.spec.architecture,
                log_group=log,
                tags=self.workloads.tags,
            ),
            self.opts,
        )
