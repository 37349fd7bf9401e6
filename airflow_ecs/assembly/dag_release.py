"""Where the DAG pipeline releases to: a bucket, or the file system that containers mount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from airflow_ecs import capacity, catalogue, pipeline_permissions, policies
from airflow_ecs.assembly.builds import Builds
from airflow_ecs.assembly.services import Floor
from airflow_ecs.components.definition import Definition, define
from airflow_ecs.components.json_text import json_text
from airflow_ecs.dag_bundles import FOLDER
from airflow_ecs.policies import Statement
from airflow_ecs.spec.pipelines import DagPipeline

_ARTIFACTS = "dags"


@dataclass(frozen=True, kw_only=True, slots=True)
class DagRelease:
    """How DAGs are released: the step, what it is told, and what it must be allowed.

    `runs` are the definitions that it starts tasks of, which follow the image.
    """

    step: str
    target: pulumi.Input[str]
    statements: Sequence[Statement]
    runs: Sequence[Definition] = ()


def dag_release(builds: Builds, floor: Floor, pipeline: DagPipeline) -> DagRelease:
    """To the place that the pipeline names, or else to where the deployment has its DAGs."""
    workloads = builds.workloads
    if pipeline.destination is not None:
        return _elsewhere(builds, pipeline.destination)
    if catalogue.dag_release(workloads.spec):
        return _to_file_system(builds, floor)
    return DagRelease(
        step="release_to_s3.py",
        target=workloads.dags.location,
        statements=workloads.dags.release_statements,
    )


def _elsewhere(builds: Builds, destination: str) -> DagRelease:
    name, _, prefix = destination.removeprefix("s3://").strip("/").partition("/")
    bucket = pulumi.Output.concat("arn:", builds.workloads.account.partition, f":s3:::{name}")
    objects = pulumi.Output.concat(bucket, f"/{prefix}/*" if prefix else "/*")
    return DagRelease(
        step="release_to_s3.py",
        target=destination,
        statements=pipeline_permissions.release_dags(bucket=bucket, objects=objects),
    )


def _to_file_system(builds: Builds, floor: Floor) -> DagRelease:
    workloads, steps = builds.workloads, builds.steps
    naming, account = workloads.spec.naming, workloads.account
    (service,) = catalogue.dag_release(workloads.spec)
    artifacts = pulumi.Output.concat(steps.bucket_arn, f"/{_ARTIFACTS}/*")
    decided = workloads.definition(service)
    read = policies.allow(["s3:GetObject"], [artifacts])
    definition = define(
        naming.logical(service.name),
        replace(decided, task=[*decided.task, read]),
        builds.opts,
    )
    target = naming.parameter("pipelines", "dags")
    aws.ssm.Parameter(
        naming.logical(service.name),
        name=target,
        type="String",
        tier="Intelligent-Tiering",
        value=json_text(
            {
                "artifacts": pulumi.Output.concat("s3://", steps.bucket, f"/{_ARTIFACTS}"),
                "cluster": floor.cluster_arn,
                # Its latest revision, which is of the image that was released last.
                "task_definition": definition.family,
                "container": service.name,
                "network": {
                    "subnets": floor.network.task_subnet_ids,
                    "securityGroups": floor.firewall.groups_of(service.process),
                    "assignPublicIp": "ENABLED" if floor.network.public_addresses else "DISABLED",
                },
                "capacity_providers": [
                    {"capacityProvider": share.provider, "weight": share.weight, "base": share.base}
                    for share in capacity.strategy(spot_share=0)
                ],
                "folder": FOLDER,
            }
        ),
        tags=workloads.tags,
        opts=builds.opts.merge(pulumi.ResourceOptions(depends_on=[*workloads.dags.before])),
    )
    return DagRelease(
        step="release_to_efs.py",
        target=target,
        statements=(
            policies.allow(["ssm:GetParameter"], [account.arn("ssm", f"parameter{target}")]),
            policies.allow(["s3:PutObject", "s3:AbortMultipartUpload"], [artifacts]),
            *policies.run_tasks(
                cluster_arn=floor.cluster_arn,
                definition_arns=[account.arn("ecs", f"task-definition/{decided.family}:*")],
                task_arns=account.arn("ecs", f"task/{naming.prefix}/*"),
                role_arns=definition.role_arns,
            ),
        ),
        runs=[definition],
    )
