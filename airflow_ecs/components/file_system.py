"""A file system for DAGs, which containers mount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs import policies
from airflow_ecs.components.json_text import json_text

# The user of the image, whom files belong to whatever wrote them. Source: docker/Dockerfile.
_USER, _GROUP = 50000, 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSystemArgs:
    """Where it is mounted from, and whether it is kept when the stack is destroyed.

    `subnet_count` is known before the subnets are: a file system has one mount target in each.
    """

    subnet_ids: pulumi.Output[Sequence[str]]
    subnet_count: int
    security_group_id: pulumi.Input[str]
    protect: bool
    tags: Mapping[str, pulumi.Input[str]]


class FileSystem(pulumi.ComponentResource):
    """An encrypted EFS file system with one access point.

    `targets` must be there before a task mounts it.
    """

    file_system_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    access_point_id: pulumi.Output[str]
    access_point_arn: pulumi.Output[str]
    targets: tuple[pulumi.Resource, ...]

    def __init__(
        self, name: str, args: FileSystemArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:FileSystem", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        label = f"{name}-dags"
        system = aws.efs.FileSystem(
            label,
            encrypted=True,
            tags={**args.tags, "Name": label},
            opts=child.merge(pulumi.ResourceOptions(protect=args.protect)),
        )
        point = aws.efs.AccessPoint(
            label,
            file_system_id=system.id,
            posix_user={"uid": _USER, "gid": _GROUP},
            root_directory={
                "path": "/dags",
                "creation_info": {
                    "owner_uid": _USER,
                    "owner_gid": _GROUP,
                    "permissions": "755",
                },
            },
            tags=args.tags,
            opts=child,
        )
        aws.efs.FileSystemPolicy(
            label,
            file_system_id=system.id,
            policy=json_text(policies.only_with_tls(system.arn)),
            opts=child,
        )
        self.targets = tuple(
            aws.efs.MountTarget(
                f"{label}-{index}",
                file_system_id=system.id,
                subnet_id=args.subnet_ids[index],
                security_groups=[args.security_group_id],
                opts=child,
            )
            for index in range(args.subnet_count)
        )
        self.file_system_id = system.id
        self.arn = system.arn
        self.access_point_id = point.id
        self.access_point_arn = point.arn
        self.register_outputs({"file_system_id": self.file_system_id})
