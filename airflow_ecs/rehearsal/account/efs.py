"""EFS: file systems, and how they are reached."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region

_FILE_SYSTEM: Members = pascal(
    "encrypted",
    "kmsKeyId",
    "performanceMode",
    "throughputMode",
    "provisionedThroughputInMibps",
    "availabilityZoneName",
)

_ROOT: Members = pascal("path") | {
    "creationInfo": ("CreationInfo", pascal("ownerUid", "ownerGid", "permissions"))
}


def create_file_system(region: Region, inputs: Inputs) -> Created:
    """A file system, empty."""
    # The provider makes one up as well: it keeps a request that is sent again from counting twice.
    token = inputs.take("creationToken", secrets.token_hex(8))
    made = region.client("efs").create_file_system(
        CreationToken=token, **inputs.tag_list(), **inputs.request(_FILE_SYSTEM)
    )
    identifier = made["FileSystemId"]
    return Created(
        id=identifier,
        outputs={
            "arn": made["FileSystemArn"],
            "creationToken": token,
            "dnsName": f"{identifier}.efs.{region.name}.amazonaws.com",
        },
    )


def create_file_system_policy(region: Region, inputs: Inputs) -> Created:
    """Who may use a file system."""
    identifier = inputs.required("fileSystemId")
    inputs.aside("bypassPolicyLockoutSafetyCheck")
    region.client("efs").put_file_system_policy(
        FileSystemId=identifier, Policy=inputs.required("policy")
    )
    return Created(id=identifier)


def create_access_point(region: Region, inputs: Inputs) -> Created:
    """A way into one folder of a file system, as one user."""
    made = region.client("efs").create_access_point(
        ClientToken=secrets.token_hex(8),
        **inputs.tag_list(),
        **inputs.request(
            pascal("fileSystemId")
            | {
                "posixUser": ("PosixUser", pascal("uid", "gid", "secondaryGids")),
                "rootDirectory": ("RootDirectory", _ROOT),
            }
        ),
    )
    return Created(id=made["AccessPointId"], outputs={"arn": made["AccessPointArn"]})


def create_mount_target(region: Region, inputs: Inputs) -> Created:
    """Where a subnet's tasks find a file system."""
    made = region.client("efs").create_mount_target(
        **inputs.request(pascal("fileSystemId", "subnetId", "ipAddress", "securityGroups"))
    )
    return Created(
        id=made["MountTargetId"],
        outputs={
            "ipAddress": made["IpAddress"],
            "networkInterfaceId": made["NetworkInterfaceId"],
            "availabilityZoneName": made["AvailabilityZoneName"],
        },
    )
