"""EFS: what a volume needs to be mounted at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.rules import runs, subnets
from airflow_ecs.rehearsal.rules.deployment import fields, items, known, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_ecs.rehearsal.declared import Declared
    from airflow_ecs.rehearsal.rules.deployment import Deployment
    from airflow_ecs.rehearsal.rules.runs import Run

PORT = 2049

_FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
_TARGET = "aws:efs/mountTarget:MountTarget"


def check(deployment: Deployment) -> Iterator[str]:
    """Every file system's mount targets, and what each volume needs of them."""
    for file_system in deployment.of(_FILE_SYSTEM):
        yield from _one_of_each_zone(deployment, file_system)
    for run in runs.all_of(deployment):
        for volume in volumes(run):
            yield from _encryption(run, volume)
            yield from _mount_targets(deployment, run, volume)


def volumes(run: Run) -> list[dict[str, object]]:
    """What a run mounts from EFS: the configurations of its volumes."""
    given = run.definition.declared.inputs.get("volumes") if run.definition else None
    found = [fields(fields(one).get("efsVolumeConfiguration")) for one in items(given)]
    return [one for one in found if known(one.get("fileSystemId"))]


def targets(deployment: Deployment, file_system: object) -> list[Declared]:
    """The mount targets of a file system."""
    return [one for one in deployment.of(_TARGET) if one.inputs.get("fileSystemId") == file_system]


def _one_of_each_zone(deployment: Deployment, file_system: Declared) -> Iterator[str]:
    served: dict[str, Declared] = {}
    for target in targets(deployment, deployment.get(file_system, "id")):
        subnet = subnets.find(deployment, target.inputs.get("subnetId"))
        if subnet is None:
            continue
        first = served.setdefault(subnet.zone, target)
        if first is not target:
            yield (
                f"{title(target)}: the zone {subnet.zone} has {title(first)} already, and a file "
                "system takes one mount target in each; write one subnet of each zone."
            )


def _encryption(run: Run, volume: dict[str, object]) -> Iterator[str]:
    if volume.get("authorizationConfig") and volume.get("transitEncryption") != "ENABLED":
        yield (
            f"{title(run.declared)}: its volume on {volume['fileSystemId']} has an access point or "
            "a role without transitEncryption, which ECS refuses; write transitEncryption ENABLED."
        )


def _mount_targets(deployment: Deployment, run: Run, volume: dict[str, object]) -> Iterator[str]:
    identifier = volume["fileSystemId"]
    if deployment.find(_FILE_SYSTEM, identifier) is None:
        # Not the program's own: its mount targets can't be seen.
        return
    own = targets(deployment, identifier)
    served = [subnets.find(deployment, one.inputs.get("subnetId")) for one in own]
    zones = [one.zone for one in served if one is not None]
    missing = [one.zone for one in run.subnets if one is not None and one.zone not in zones]
    if missing and len(zones) == len(own):
        yield (
            f"{title(run.declared)}: it mounts {identifier}, which has no mount target in the "
            f"zone {missing[0]} of its subnets; make one in each zone."
        )
    for target in own:
        if not deployment.is_dependency(run.declared, target):
            yield (
                f"{title(run.declared)}: it mounts {identifier}, and does not wait for "
                f"{title(target)}; add it to depends_on."
            )
