"""What is deleted when: each resource goes before all that it has waited for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.recording import Recording


def blocked(cloud: Recording) -> list[str]:
    """The groups and the VPCs that would be deleted while AWS still keeps them, and why.

    AWS keeps a group that a rule, a task or another group still names, and a VPC that has
    groups.
    """
    waits = waits_of(cloud)
    groups, vpcs = cloud.of("aws:ec2/securityGroup:SecurityGroup"), cloud.of("awsx:ec2:Vpc")
    found = []
    for declared in cloud.resources:
        used = json.dumps(dict(declared.inputs), default=str)
        for group in groups:
            names = declared.custom and f'"{cloud.created[group.urn].id}"' in used
            if names and group.urn not in waits[declared.urn]:
                found.append(f"{group.name}, which {declared.name} names")
    for group in groups:
        found += [
            f"{vpc.name}, which has {group.name}" for vpc in vpcs if vpc.urn not in waits[group.urn]
        ]
        # Rules of their own, so that two groups may name each other.
        if {"ingress", "egress"} & group.inputs.keys() or waits[group.urn] & {
            one.urn for one in groups
        }:
            found.append(f"{group.name}, which names another")
    return found


def waits_of(cloud: Recording) -> dict[str, frozenset[str]]:
    """All that each resource waits for, and so all that is deleted after it."""
    waits: dict[str, frozenset[str]] = {}
    for declared in cloud.resources:
        # Registered in order, so that what it waits for is known already.
        further = [waits.get(urn, frozenset()) for urn in declared.dependencies]
        waits[declared.urn] = declared.dependencies.union(*further)
    return waits
