"""The image pipeline: from a push to an image that every service runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import buildspecs, pipeline_permissions
from airflow_ecs.assembly.builds import Builds
from airflow_ecs.assembly.image import RELEASED_IMAGE
from airflow_ecs.components.definition import Definition
from airflow_ecs.components.image import PLATFORMS
from airflow_ecs.components.json_text import json_text
from airflow_ecs.components.migration import DatabaseMigration
from airflow_ecs.components.service import FargateService
from airflow_ecs.components.task_runner import TaskRunner
from airflow_ecs.process import Service
from airflow_ecs.spec.pipelines import ImagePipeline

NAME = "image-pipeline"


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """What an image is released to: the migration, if there is one, the services, and runners.

    `runners` are definitions without a service, of which others start the latest revision.
    """

    cluster_arn: pulumi.Output[str]
    services: Sequence[Service]
    deployed: Mapping[str, FargateService]
    migrations: Sequence[DatabaseMigration]
    runners: Sequence[TaskRunner | Definition]


def image_pipeline(builds: Builds, pipeline: ImagePipeline, release: Release) -> None:
    """Build the image; release it to the services."""
    account, image = builds.workloads.account, builds.workloads.image
    naming = builds.workloads.spec.naming
    target = naming.parameter("pipelines", "image")
    released = naming.parameter(*RELEASED_IMAGE)
    own = [service for service in release.services if service.process.image is None]
    families = {service.name: naming.family(service.name) for service in own}
    aws.ssm.Parameter(
        naming.logical(NAME),
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
                "runners": [run.family for run in release.runners],
                "image_parameter": released,
            }
        ),
        tags=builds.workloads.tags,
        opts=builds.opts,
    )
    touched = pipeline_permissions.ImageRelease(
        repository=image.repository_arn,
        services=[
            account.arn("ecs", f"service/{naming.prefix}/{family}") for family in families.values()
        ],
        definitions=[
            account.arn("ecs", pulumi.Output.concat("task-definition/", family, ":*"))
            for family in (
                *families.values(),
                *(run.family for run in release.migrations),
                *(run.family for run in release.runners),
            )
        ],
        roles=[
            *(role for one in own for role in release.deployed[one.name].role_arns),
            *(role for run in release.migrations for role in run.role_arns),
            *(role for run in release.runners for role in run.role_arns),
        ],
        functions=[run.function_arn for run in release.migrations],
        target=account.arn("ssm", f"parameter{target}"),
        image_parameter=account.arn("ssm", f"parameter{released}"),
    )
    builds.pipeline(
        NAME,
        pipeline.source,
        "Builds the image of Airflow and releases it",
        buildspecs.image_pipeline(pipeline, PLATFORMS[builds.workloads.spec.architecture]),
        variables={
            buildspecs.REPOSITORY: image.repository_url or "",
            buildspecs.TARGET: target,
        },
        parameters={},
        statements=pipeline_permissions.release_image(touched),
    )
