"""What happens when RDS changes the database's password."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from airflow_ecs.assembly.services import Floor
from airflow_ecs.assembly.workloads import Workloads
from airflow_ecs.components.rotation import Rotation, RotationArgs
from airflow_ecs.process import Need, Service

ROTATION = "rotation"


def roll_on_rotation(
    services: Sequence[Service], workloads: Workloads, floor: Floor, opts: pulumi.ResourceOptions
) -> None:
    """Roll the services that have the password; nothing where it stays the same."""
    if workloads.database_secret is None:
        return
    naming = workloads.spec.naming
    Rotation(
        naming.logical(ROTATION),
        RotationArgs(
            secret_arn=workloads.database_secret,
            account=workloads.account,
            cluster_name=naming.prefix,
            cluster_arn=floor.cluster_arn,
            services=[
                naming.family(service.name)
                for service in services
                if Need.DATABASE in service.process.needs
            ],
            log=workloads.logs.groups[ROTATION],
            tags=workloads.tags,
        ),
        opts,
    )
