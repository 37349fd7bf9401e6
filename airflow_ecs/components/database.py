"""The metadata database: RDS PostgreSQL, encrypted, TLS only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from airflow_ecs import urls
from airflow_ecs.catalogue import DATABASE_PORT
from airflow_ecs.spec.state import Database as DatabaseSpec

_NAME = "airflow"


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseArgs:
    """Where the database is and what it is like."""

    spec: DatabaseSpec
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]
    protect: bool
    tags: Mapping[str, pulumi.Input[str]]


class MetadataDatabase(pulumi.ComponentResource):
    """A PostgreSQL that only Airflow reaches; `url` is a secret."""

    url: pulumi.Output[str]

    def __init__(
        self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:MetadataDatabase", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        protected = pulumi.ResourceOptions(parent=self, protect=args.protect)

        password = random.RandomPassword(
            f"{name}-database", length=32, special=False, opts=protected
        )
        subnets = aws.rds.SubnetGroup(
            f"{name}-database", subnet_ids=args.subnet_ids, tags=args.tags, opts=child
        )
        parameters = aws.rds.ParameterGroup(
            f"{name}-database",
            family=f"postgres{args.spec.version.partition('.')[0]}",
            parameters=[{"name": "rds.force_ssl", "value": "1"}],
            tags=args.tags,
            opts=child,
        )
        # A snapshot's name is taken for ever, so the last one of each database has its own.
        last = random.RandomId(f"{name}-final-snapshot", byte_length=4, opts=child)
        instance = aws.rds.Instance(
            f"{name}-database",
            engine="postgres",
            engine_version=args.spec.version,
            instance_class=args.spec.instance_class,
            allocated_storage=args.spec.storage,
            max_allocated_storage=args.spec.max_storage or None,
            storage_type="gp3",
            storage_encrypted=True,
            db_name=_NAME,
            username=_NAME,
            password=password.result.apply(pulumi.Output.secret),
            port=DATABASE_PORT,
            multi_az=args.spec.multi_az,
            publicly_accessible=False,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[args.security_group_id],
            parameter_group_name=parameters.name,
            backup_retention_period=args.spec.backup_days,
            copy_tags_to_snapshot=True,
            auto_minor_version_upgrade=True,
            deletion_protection=args.protect,
            skip_final_snapshot=not args.protect,
            final_snapshot_identifier=(
                pulumi.Output.concat(f"{name}-final-", last.hex) if args.protect else None
            ),
            tags=args.tags,
            opts=protected,
        )
        self.url = pulumi.Output.secret(
            pulumi.Output.all(password.result, instance.address).apply(
                lambda known: urls.postgresql(
                    user=_NAME,
                    password=known[0],
                    host=known[1],
                    port=DATABASE_PORT,
                    database=_NAME,
                )
            )
        )
        self.register_outputs({"url": self.url})
