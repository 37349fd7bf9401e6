"""CodeBuild: projects, and the webhooks that start their builds. No build runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, same
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region

_SOURCE: Members = same(
    "type", "location", "buildspec", "gitCloneDepth", "reportBuildStatus", "sourceIdentifier"
) | {
    "insecureSsl": "insecureSsl",
    "auth": ("auth", same("type", "resource")),
    "gitSubmodulesConfig": ("gitSubmodulesConfig", same("fetchSubmodules")),
    "buildStatusConfig": ("buildStatusConfig", same("context", "targetUrl")),
}

_PROJECT: Members = same("description", "sourceVersion", "serviceRole", "concurrentBuildLimit") | {
    "buildTimeout": "timeoutInMinutes",
    "queuedTimeout": "queuedTimeoutInMinutes",
    "source": ("source", _SOURCE),
    "secondarySources": ("secondarySources", _SOURCE),
    "artifacts": ("artifacts", same("type", "location", "name", "path", "packaging")),
    "environment": (
        "environment",
        same("type", "image", "computeType", "privilegedMode", "imagePullCredentialsType")
        | {"environmentVariables": ("environmentVariables", same("name", "value", "type"))},
    ),
    "logsConfig": (
        "logsConfig",
        {"cloudwatchLogs": ("cloudWatchLogs", same("groupName", "streamName", "status"))},
    ),
}

_FILTER: Members = same("type", "pattern", "excludeMatchedPattern")


def create_project(region: Region, inputs: Inputs) -> Created:
    """What a build is made of."""
    name = inputs.name()
    request = inputs.request(_PROJECT)
    logs = request.get("logsConfig", {}).get("cloudWatchLogs")
    if logs is not None:
        # The provider's default.
        logs.setdefault("status", "ENABLED")
    project = region.client("codebuild").create_project(
        name=name, **request, **inputs.tag_list("tags", "key", "value")
    )["project"]
    return Created(id=project["arn"], outputs={"arn": project["arn"], "name": name})


def create_webhook(region: Region, inputs: Inputs) -> Created:
    """What starts builds; its address is the provider's to know."""
    name = inputs.required("projectName")
    # The API has a group as a list of filters, the provider as an object that holds it.
    groups = [
        inputs.translated(group["filters"], _FILTER, "filterGroups[].filters")
        for group in inputs.take("filterGroups", [])
    ]
    webhook = region.client("codebuild").create_webhook(
        projectName=name,
        **({"filterGroups": groups} if groups else {}),
        **inputs.request(same("buildType", "branchFilter", "manualCreation")),
    )["webhook"]
    return Created(id=name, outputs={"url": webhook["url"], "payloadUrl": webhook["payloadUrl"]})
