"""ECR: repositories, and what they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, same
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.region import Region


def create_repository(region: Region, inputs: Inputs) -> Created:
    """A repository."""
    name = inputs.name()
    # It concerns deletion alone.
    inputs.aside("forceDelete")
    encryption = inputs.translated(
        inputs.take("encryptionConfigurations", []),
        same("encryptionType") | {"kmsKey": "kmsKey"},
        "encryptionConfigurations",
    )
    repository = region.client("ecr").create_repository(
        repositoryName=name,
        **inputs.tag_list("tags"),
        **inputs.request(
            same("imageTagMutability")
            | {"imageScanningConfiguration": ("imageScanningConfiguration", same("scanOnPush"))}
        ),
        **({"encryptionConfiguration": encryption[0]} if encryption else {}),
    )["repository"]
    return Created(
        id=name,
        outputs={
            "arn": repository["repositoryArn"],
            "name": name,
            "registryId": repository["registryId"],
            "repositoryUrl": repository["repositoryUri"],
        },
    )


def create_lifecycle_policy(region: Region, inputs: Inputs) -> Created:
    """Which images a repository drops."""
    name = inputs.required("repository")
    answer = region.client("ecr").put_lifecycle_policy(
        repositoryName=name, lifecyclePolicyText=inputs.required("policy")
    )
    return Created(id=name, outputs={"registryId": answer["registryId"]})
