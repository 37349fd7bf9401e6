from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .building import one

if TYPE_CHECKING:
    from .building import Program

VOLUME: dict[str, Any] = {
    "fileSystemId": "fs-1",
    "transitEncryption": "ENABLED",
    "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"},
}


@pytest.fixture
def mounted(program: Program) -> Program:
    """The worker mounts a file system that it can reach in each of its zones."""
    program.add("aws:efs/fileSystem:FileSystem", "dags", id="fs-1")
    program.add("aws:ec2/securityGroup:SecurityGroup", "dags-group", {"vpcId": "vpc-1"})
    for zone in "ab":
        program.add(
            "aws:efs/mountTarget:MountTarget",
            f"target-{zone}",
            {
                "fileSystemId": "fs-1",
                "subnetId": f"private-{zone}",
                "securityGroups": ["dags-group"],
            },
        )
        program.need("worker", f"target-{zone}")
    for side, own, other in (("Ingress", "dags", "worker"), ("Egress", "worker", "dags")):
        program.add(
            f"aws:vpc/securityGroup{side}Rule:SecurityGroup{side}Rule",
            f"nfs-{side}",
            {
                "securityGroupId": f"{own}-group",
                "referencedSecurityGroupId": f"{other}-group",
                "ipProtocol": "tcp",
                "fromPort": 2049,
                "toPort": 2049,
            },
        )
    program.change("worker-task", volumes=[{"name": "dags", "efsVolumeConfiguration": VOLUME}])
    return program


def test_a_file_system_that_is_reached_is_fine(mounted: Program) -> None:
    assert mounted.violations() == []


@pytest.mark.parametrize(("side", "word"), [("Ingress", "in"), ("Egress", "out")])
def test_mounting_is_a_call(mounted: Program, side: str, word: str) -> None:
    mounted.remove(f"nfs-{side}")
    sentence = one(sorted(set(mounted.violations())))
    assert "it mounts fs-1, but no rule of the security group" in sentence
    assert f"lets {word} port 2049" in sentence


def test_a_zone_without_a_mount_target_is_told(mounted: Program) -> None:
    mounted.remove("target-b")
    assert "it mounts fs-1, which has no mount target in the zone number 2" in one(
        mounted.violations()
    )


def test_a_second_mount_target_in_a_zone_is_refused(mounted: Program) -> None:
    mounted.add(
        "aws:efs/mountTarget:MountTarget",
        "second",
        {"fileSystemId": "fs-1", "subnetId": "public-a", "securityGroups": ["dags-group"]},
    )
    mounted.need("worker", "second")
    assert "the zone number 1 has" in one(mounted.violations())


def test_a_service_waits_for_the_mount_targets(mounted: Program) -> None:
    mounted.need("worker", "target-a", needed=False)
    assert "it mounts fs-1, and does not wait for" in one(mounted.violations())


def test_a_role_needs_tls(mounted: Program) -> None:
    plain = {**VOLUME, "transitEncryption": "DISABLED"}
    mounted.change("worker-task", volumes=[{"name": "d", "efsVolumeConfiguration": plain}])
    assert "which ECS refuses; write transitEncryption ENABLED" in one(mounted.violations())
