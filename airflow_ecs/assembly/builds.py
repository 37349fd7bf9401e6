"""What both pipelines are: a project whose builds fetch the steps of this package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from airflow_ecs import pipeline_permissions
from airflow_ecs.assembly.workloads import Workloads
from airflow_ecs.components.pipeline import Pipeline, PipelineArgs
from airflow_ecs.components.pipeline_steps import PipelineSteps
from airflow_ecs.policies import Statement
from airflow_ecs.spec.pipelines import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Builds:
    """What the pipelines share."""

    workloads: Workloads
    connection_arn: pulumi.Input[str]
    steps: PipelineSteps
    opts: pulumi.ResourceOptions

    def pipeline(
        self,
        part: str,
        source: Source,
        description: str,
        buildspec: Mapping[str, object],
        *,
        variables: Mapping[str, pulumi.Input[str]],
        parameters: Mapping[str, pulumi.Input[str]],
        statements: Sequence[Statement],
    ) -> None:
        """Make one; `statements` are what its own steps may do."""
        spec, account, tags = self.workloads.spec, self.workloads.account, self.workloads.tags
        project, log = spec.naming.family(part), self.workloads.logs.groups[part]
        common = pipeline_permissions.any_build(
            project=account.arn("codebuild", f"project/{project}"),
            connection=self.connection_arn,
            steps=self.steps.arn,
            streams=log.streams_arn,
        )
        Pipeline(
            spec.naming.logical(part),
            PipelineArgs(
                project=project,
                description=description,
                source=source,
                connection_arn=self.connection_arn,
                steps_location=self.steps.location,
                buildspec=buildspec,
                variables=variables,
                parameters=parameters,
                statements=[*common, *statements],
                architecture=spec.architecture,
                log_group=log,
                tags=tags,
            ),
            self.opts,
        )
