"""Secrets Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.region import Region


def create_secret(region: Region, inputs: Inputs) -> Created:
    """A secret, without a value yet."""
    name = inputs.name()
    # They concern deletion and replicas in other regions.
    inputs.aside("recoveryWindowInDays", "forceOverwriteReplicaSecret")
    secret = region.client("secretsmanager").create_secret(
        Name=name,
        **inputs.tag_list(),
        **inputs.request(pascal("description", "kmsKeyId")),
    )
    arn = secret["ARN"]
    if policy := inputs.take("policy"):
        region.client("secretsmanager").put_resource_policy(SecretId=arn, ResourcePolicy=policy)
    return Created(id=arn, outputs={"arn": arn, "name": name})


def create_secret_version(region: Region, inputs: Inputs) -> Created:
    """A secret's value."""
    secret = inputs.required("secretId")
    request = inputs.request(pascal("secretString", "secretBinary", "versionStages"))
    if (value := inputs.take("secretStringWo")) is not None:
        request["SecretString"] = value
    inputs.aside("secretStringWoVersion")
    version = region.client("secretsmanager").put_secret_value(SecretId=secret, **request)
    arn, identity = version["ARN"], version["VersionId"]
    return Created(
        id=f"{arn}|{identity}",
        outputs={"arn": arn, "secretArn": arn, "versionId": identity},
    )
