"""ECS: clusters, task definitions and services."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.account.inputs import Inputs, same
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region

_STRATEGY = same("capacityProvider", "base", "weight")


def create_cluster(region: Region, inputs: Inputs) -> Created:
    """A cluster."""
    logging = same(
        "cloudWatchEncryptionEnabled",
        "cloudWatchLogGroupName",
        "s3BucketName",
        "s3KeyPrefix",
    ) | {"s3BucketEncryptionEnabled": "s3EncryptionEnabled"}
    execute: Members = same("kmsKeyId", "logging") | {
        "logConfiguration": ("logConfiguration", logging)
    }
    storage = same("kmsKeyId", "fargateEphemeralStorageKmsKeyId")
    request = inputs.request(
        {
            "settings": ("settings", same("name", "value")),
            "configuration": (
                "configuration",
                {
                    "executeCommandConfiguration": ("executeCommandConfiguration", execute),
                    "managedStorageConfiguration": ("managedStorageConfiguration", storage),
                },
            ),
            "serviceConnectDefaults": ("serviceConnectDefaults", same("namespace")),
        }
    )
    name = inputs.name()
    cluster = region.client("ecs").create_cluster(
        clusterName=name, **inputs.tag_list("tags", "key", "value"), **request
    )["cluster"]
    arn = cluster["clusterArn"]
    return Created(id=arn, outputs={"arn": arn, "name": name})


def create_cluster_capacity_providers(region: Region, inputs: Inputs) -> Created:
    """The capacity providers that a cluster's services may name."""
    name = inputs.required("clusterName")
    region.client("ecs").put_cluster_capacity_providers(
        cluster=name,
        capacityProviders=inputs.take("capacityProviders", []),
        defaultCapacityProviderStrategy=inputs.translated(
            inputs.take("defaultCapacityProviderStrategies", []),
            _STRATEGY,
            "defaultCapacityProviderStrategies",
        ),
    )
    return Created(id=name)


def create_task_definition(region: Region, inputs: Inputs) -> Created:
    """A new revision; the containers go to the API as they are written."""
    text = inputs.required("containerDefinitions")
    try:
        containers = json.loads(text)
    except ValueError as error:
        raise inputs.refusal(
            f"containerDefinitions is not JSON ({error}); write a JSON list of containers."
        ) from error
    authorization = same("accessPointId", "iam")
    efs = same("fileSystemId", "rootDirectory", "transitEncryption", "transitEncryptionPort")
    volume: Members = same("name", "configuredAtLaunch") | {
        "configureAtLaunch": "configuredAtLaunch",
        "efsVolumeConfiguration": (
            "efsVolumeConfiguration",
            efs | {"authorizationConfig": ("authorizationConfig", authorization)},
        ),
    }
    definition = region.client("ecs").register_task_definition(
        containerDefinitions=containers,
        **inputs.tag_list("tags", "key", "value"),
        **inputs.request(
            same(
                "family",
                "cpu",
                "memory",
                "networkMode",
                "requiresCompatibilities",
                "executionRoleArn",
                "taskRoleArn",
                "pidMode",
                "ipcMode",
                "enableFaultInjection",
            )
            | {
                "volumes": ("volumes", volume),
                "ephemeralStorage": ("ephemeralStorage", same("sizeInGib")),
                "runtimePlatform": (
                    "runtimePlatform",
                    same("cpuArchitecture", "operatingSystemFamily"),
                ),
            }
        ),
    )["taskDefinition"]
    # They concern updates and deletion alone.
    inputs.aside("skipDestroy", "trackLatest")
    arn, revision = definition["taskDefinitionArn"], definition["revision"]
    return Created(
        id=definition["family"],
        outputs={
            "arn": arn,
            "arnWithoutRevision": arn.removesuffix(f":{revision}"),
            "revision": revision,
        },
    )


_SERVICE: Members = same(
    "cluster",
    "taskDefinition",
    "launchType",
    "platformVersion",
    "schedulingStrategy",
    "availabilityZoneRebalancing",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
    "propagateTags",
) | {
    "enableEcsManagedTags": "enableECSManagedTags",
    "iamRole": "role",
    "capacityProviderStrategies": ("capacityProviderStrategy", _STRATEGY),
    "deploymentController": ("deploymentController", same("type")),
    "loadBalancers": (
        "loadBalancers",
        same("targetGroupArn", "containerName", "containerPort") | {"elbName": "loadBalancerName"},
    ),
    "orderedPlacementStrategies": ("placementStrategy", same("type", "field")),
    "placementConstraints": ("placementConstraints", same("type", "expression")),
}


def create_service(region: Region, inputs: Inputs) -> Created:
    """A service; what the provider does to running ones only is left out."""
    name = inputs.name()
    request = inputs.request(_SERVICE)
    if registry := inputs.take("serviceRegistries"):
        members = same("registryArn", "port", "containerName", "containerPort")
        request["serviceRegistries"] = [inputs.translated(registry, members, "serviceRegistries")]
    if network := inputs.take("networkConfiguration"):
        request["networkConfiguration"] = {"awsvpcConfiguration": _network(inputs, network)}
    request["deploymentConfiguration"] = _deployment(inputs)
    inputs.aside("forceNewDeployment", "forceDelete", "waitForSteadyState", "triggers")
    service = region.client("ecs").create_service(
        serviceName=name,
        # The provider's default: without a count, a service runs nothing.
        desiredCount=inputs.take("desiredCount", 0),
        **inputs.tag_list("tags", "key", "value"),
        **request,
    )["service"]
    arn = service["serviceArn"]
    return Created(id=arn, outputs={"arn": arn, "name": name})


def _network(inputs: Inputs, network: dict[str, Any]) -> Any:
    members = same("subnets", "securityGroups", "assignPublicIp")
    public = "ENABLED" if network.get("assignPublicIp") else "DISABLED"
    return inputs.translated(network | {"assignPublicIp": public}, members, "networkConfiguration")


def _deployment(inputs: Inputs) -> dict[str, Any]:
    given = inputs.request(
        {
            "deploymentMaximumPercent": "maximumPercent",
            "deploymentMinimumHealthyPercent": "minimumHealthyPercent",
            "deploymentCircuitBreaker": (
                "deploymentCircuitBreaker",
                same("enable", "rollback"),
            ),
            "alarms": ("alarms", same("alarmNames", "enable", "rollback")),
            "deploymentConfiguration": (
                "deploymentConfiguration",
                same("strategy", "bakeTimeInMinutes"),
            ),
        }
    )
    given.update(given.pop("deploymentConfiguration", {}))
    return {"maximumPercent": 200, "minimumHealthyPercent": 100} | given
