"""The DAG source as Airflow's DAG bundles, and the volume that one of them lies on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from airflow_ecs.spec.dags import BakedDags, EfsDags, GitDags, S3Dags

if TYPE_CHECKING:
    from airflow_ecs.spec.dags import Dags
    from airflow_ecs.spec.reading import Given

# The port of NFS, by which containers reach EFS.
FILE_SYSTEM_PORT = 2049

FOLDER = "/opt/airflow/file-system"
"""Where containers have the file system."""

VARIABLE = "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"

KEY_FILE = "/opt/airflow/dags-deploy-key"
_KNOWN_HOSTS_FILE = "/opt/airflow/dags-known-hosts"

_NAME = "dags"
_CONNECTION = "dags_repository"


def bundles(dags: Dags, bucket: Given | None) -> list[dict[str, Any]] | None:
    """What Airflow's setting `dag_bundle_config_list` says; None for its default, the image.

    `bucket` is the name of the bucket where S3 is the source.
    """
    match dags:
        case BakedDags():
            return None
        case S3Dags():
            kind = (
                "airflow_ecs.runtime.s3_releases.S3Releases"
                if dags.releases
                else "airflow.providers.amazon.aws.bundles.s3.S3DagBundle"
            )
            place = {"bucket_name": bucket, "prefix": dags.prefix, "aws_conn_id": "aws_default"}
        case EfsDags(releases=True):
            kind = "airflow_ecs.runtime.folder_releases.FolderReleases"
            place = {"folder": FOLDER}
        case EfsDags():
            kind = "airflow.dag_processing.bundles.local.LocalDagBundle"
            place = {"path": FOLDER}
        case GitDags():
            kind = "airflow.providers.git.bundles.git.GitDagBundle"
            place = {
                "git_conn_id": _CONNECTION,
                "repo_url": dags.repository,
                "tracking_ref": dags.branch,
                **({"subdir": dags.folder} if dags.folder else {}),
            }
    given = {**place, "refresh_interval": dags.refresh_seconds}
    return [{"name": _NAME, "classpath": kind, "kwargs": given}]


def variables(dags: Dags) -> dict[str, str]:
    """The variables that a process needs to get DAGs, beside the bundles themselves."""
    if not isinstance(dags, GitDags):
        return {}
    extra: dict[str, str] = {}
    if dags.deploy_key is not None:
        extra["key_file"] = KEY_FILE
        # The first connection trusts the host's key, and later ones insist on it.
        extra["strict_host_key_checking"] = "accept-new"
        extra["known_hosts_file"] = _KNOWN_HOSTS_FILE
    connection = {"conn_type": "git", "host": dags.repository, "extra": extra}
    found = {f"AIRFLOW_CONN_{_CONNECTION.upper()}": json.dumps(connection, sort_keys=True)}
    if dags.deploy_key is not None:
        # The entrypoint writes the key there, and keeps it from the process's environment.
        found["DAGS_DEPLOY_KEY_FILE"] = KEY_FILE
    return found
