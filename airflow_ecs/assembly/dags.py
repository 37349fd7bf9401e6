"""Where DAGs live: what is made for it, and what it gives to containers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from airflow_ecs import edges, pipeline_permissions, policies
from airflow_ecs.components.account import Account
from airflow_ecs.components.dag_bucket import DagBucket, DagBucketArgs
from airflow_ecs.components.file_system import FileSystem, FileSystemArgs
from airflow_ecs.components.firewall import Firewall
from airflow_ecs.components.json_text import json_text
from airflow_ecs.components.network import Network
from airflow_ecs.dag_bundles import FOLDER, bundles
from airflow_ecs.spec import ClusterSpec
from airflow_ecs.spec.dags import EfsDags, GitDags, S3Dags
from airflow_ecs.taskdef import Mount


@dataclass(frozen=True, kw_only=True, slots=True)
class DagSource:
    """What containers that need DAGs are told, may do, and mount.

    `location` is where people put DAGs, and `release_statements` what a release there needs.
    `bundles` is None where the image holds them; `before` must be there before containers start.
    """

    location: pulumi.Input[str] = ""
    bundles: pulumi.Output[str] | None = None
    statements: Sequence[policies.Statement] = ()
    release_statements: Sequence[policies.Statement] = ()
    mounts: Sequence[Mount] = ()
    before: Sequence[pulumi.Resource] = ()


def dag_source(
    name: str,
    spec: ClusterSpec,
    account: Account,
    network: Network,
    firewall: Firewall,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> DagSource:
    """Make the bucket or file system that the source needs."""
    if isinstance(spec.dags, S3Dags):
        return _s3(name, spec, spec.dags, account, tags, opts)
    if isinstance(spec.dags, EfsDags):
        return _efs(name, spec, network, firewall, tags, opts)
    if isinstance(spec.dags, GitDags):
        return DagSource(location=spec.dags.repository, bundles=json_text(bundles(spec.dags, None)))
    return DagSource()


def _s3(
    name: str,
    spec: ClusterSpec,
    dags: S3Dags,
    account: Account,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> DagSource:
    if dags.bucket is not None:
        bucket = pulumi.Output.from_input(dags.bucket)
    else:
        bucket = DagBucket(name, DagBucketArgs(protect=spec.protect_data, tags=tags), opts).name
    arn = pulumi.Output.concat("arn:", account.partition, ":s3:::", bucket)
    objects = pulumi.Output.concat(arn, f"/{dags.prefix}/*")
    return DagSource(
        bundles=json_text(bundles(dags, bucket)),
        location=pulumi.Output.concat("s3://", bucket, f"/{dags.prefix}"),
        statements=(
            policies.read_objects(arn, dags.prefix, objects)
            if dags.releases
            # S3DagBundle asks first whether there is such a bucket, which needs the whole list.
            else policies.read_folder(arn, objects)
        ),
        release_statements=pipeline_permissions.release_dags(bucket=arn, objects=objects),
    )


def _efs(
    name: str,
    spec: ClusterSpec,
    network: Network,
    firewall: Firewall,
    tags: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> DagSource:
    system = FileSystem(
        name,
        FileSystemArgs(
            subnet_ids=network.task_subnet_ids,
            subnet_count=network.task_subnet_count,
            security_group_id=firewall.group_ids[edges.FILE_SYSTEM],
            protect=spec.protect_data,
            tags=tags,
        ),
        opts,
    )
    return DagSource(
        location=system.file_system_id,
        bundles=json_text(bundles(spec.dags, None)),
        statements=[policies.mount(system.arn, system.access_point_arn)],
        release_statements=[policies.mount(system.arn, system.access_point_arn, write=True)],
        mounts=[
            Mount(
                name="dags",
                folder=FOLDER,
                file_system_id=system.file_system_id,
                access_point_id=system.access_point_id,
            )
        ],
        before=system.targets,
    )
