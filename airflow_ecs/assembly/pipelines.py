"""The pipelines that are wanted, and what they share."""

from __future__ import annotations

from dataclasses import replace

import pulumi

from airflow_ecs.assembly import dag_pipeline, image_pipeline
from airflow_ecs.assembly.builds import Builds
from airflow_ecs.assembly.dag_release import dag_release
from airflow_ecs.assembly.image_pipeline import Release
from airflow_ecs.assembly.services import Floor
from airflow_ecs.assembly.workloads import Workloads
from airflow_ecs.components.pipeline_steps import PipelineSteps, PipelineStepsArgs
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.image import packaged_context


def pipeline_names(spec: ClusterSpec) -> list[str]:
    """The pipelines that there are, as their logs are named."""
    pipelines = spec.pipelines
    image = [image_pipeline.NAME] if pipelines and pipelines.image else []
    return image + ([dag_pipeline.NAME] if pipelines and pipelines.dags else [])


def pipelines(
    name: str,
    workloads: Workloads,
    floor: Floor,
    release: Release,
    opts: pulumi.ResourceOptions,
) -> None:
    """Make them."""
    wanted = workloads.spec.pipelines
    if wanted is None:
        return
    folder = packaged_context() / "docker" / "pipelines"
    steps = PipelineSteps(
        f"{name}-pipelines", PipelineStepsArgs(folder=folder, tags=workloads.tags), opts
    )
    builds = Builds(
        workloads=workloads, connection_arn=wanted.connection_arn, steps=steps, opts=opts
    )
    to = dag_release(builds, floor, wanted.dags) if wanted.dags else None
    if wanted.image is not None:
        started = [*release.runners, *(to.runs if to else ())]
        image_pipeline.image_pipeline(builds, wanted.image, replace(release, runners=started))
    if wanted.dags is not None and to is not None:
        dag_pipeline.dag_pipeline(builds, wanted.dags, to)
