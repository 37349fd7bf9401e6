"""The metadata database on RDS: a PostgreSQL instance or Aurora, encrypted, TLS only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from airflow_ecs import urls
from airflow_ecs.spec.rds import Aurora, Rds

_NAME = "airflow"


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseArgs:
    """Where the database is and what it is like."""

    spec: Rds | Aurora
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_ids: Sequence[pulumi.Input[str]]
    protect: bool
    kms_key_arn: pulumi.Input[str] | None
    tags: Mapping[str, pulumi.Input[str]]


class MetadataDatabase(pulumi.ComponentResource):
    """A PostgreSQL that only Airflow reaches; `url` is a secret.

    `secret_arn` is that of the secret whose key `password` RDS changes, where it does; the
    URL has no password then.
    """

    url: pulumi.Output[str]
    secret_arn: pulumi.Output[str] | None = None

    def __init__(
        self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:MetadataDatabase", name, None, opts)
        self._name = f"{name}-database"
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._protected = pulumi.ResourceOptions(parent=self, protect=args.protect)

        password = None if args.spec.rotates else self._password()
        subnets = aws.rds.SubnetGroup(
            self._name, subnet_ids=args.subnet_ids, tags=args.tags, opts=self._child
        )
        # A snapshot's name is taken for ever, so the last one of each database has its own.
        last = random.RandomId(f"{name}-final-snapshot", byte_length=4, opts=self._child)
        snapshot = pulumi.Output.concat(f"{name}-final-", last.hex) if args.protect else None
        host = (
            self._instance(args.spec, password, subnets, snapshot)
            if isinstance(args.spec, Rds)
            else self._cluster(args.spec, password, subnets, snapshot)
        )
        self.url = pulumi.Output.secret(
            pulumi.Output.all(password, host).apply(
                lambda known: urls.postgresql(
                    user=_NAME,
                    password=known[0],
                    host=known[1],
                    port=args.spec.port,
                    database=_NAME,
                )
            )
        )
        self.register_outputs({"url": self.url})

    def _password(self) -> pulumi.Output[str]:
        # Never protected: it is no data, and goes when RDS takes the password over.
        made = random.RandomPassword(self._name, length=32, special=False, opts=self._child)
        return pulumi.Output.secret(made.result)

    def _instance(
        self,
        spec: Rds,
        password: pulumi.Output[str] | None,
        subnets: aws.rds.SubnetGroup,
        snapshot: pulumi.Output[str] | None,
    ) -> pulumi.Output[str]:
        parameters = aws.rds.ParameterGroup(
            self._name,
            family=f"postgres{_major(spec.version)}",
            parameters=[{"name": "rds.force_ssl", "value": "1"}],
            tags=self._args.tags,
            opts=self._child,
        )
        instance = aws.rds.Instance(
            self._name,
            engine="postgres",
            engine_version=spec.version,
            instance_class=spec.instance_class,
            allocated_storage=spec.storage,
            max_allocated_storage=spec.max_storage or None,
            storage_type="gp3",
            storage_encrypted=True,
            db_name=_NAME,
            username=_NAME,
            password=password,
            manage_master_user_password=spec.rotates or None,
            master_user_secret_kms_key_id=self._args.kms_key_arn if spec.rotates else None,
            port=spec.port,
            multi_az=spec.multi_az,
            publicly_accessible=False,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=self._args.security_group_ids,
            parameter_group_name=parameters.name,
            backup_retention_period=spec.backup_days,
            copy_tags_to_snapshot=True,
            auto_minor_version_upgrade=True,
            deletion_protection=self._args.protect,
            skip_final_snapshot=not self._args.protect,
            final_snapshot_identifier=snapshot,
            tags=self._args.tags,
            opts=self._protected,
        )
        if spec.rotates:
            self.secret_arn = instance.master_user_secrets.apply(_arn)
        return instance.address

    def _cluster(
        self,
        spec: Aurora,
        password: pulumi.Output[str] | None,
        subnets: aws.rds.SubnetGroup,
        snapshot: pulumi.Output[str] | None,
    ) -> pulumi.Output[str]:
        parameters = aws.rds.ClusterParameterGroup(
            self._name,
            family=f"aurora-postgresql{_major(spec.version)}",
            parameters=[{"name": "rds.force_ssl", "value": "1"}],
            tags=self._args.tags,
            opts=self._child,
        )
        capacity: aws.rds.ClusterServerlessv2ScalingConfigurationArgsDict = {
            "min_capacity": spec.min_capacity,
            "max_capacity": spec.max_capacity,
        }
        if spec.min_capacity == 0:
            capacity["seconds_until_auto_pause"] = spec.pause_after
        cluster = aws.rds.Cluster(
            self._name,
            engine="aurora-postgresql",
            engine_mode="provisioned",
            engine_version=spec.version,
            serverlessv2_scaling_configuration=capacity,
            storage_encrypted=True,
            database_name=_NAME,
            master_username=_NAME,
            master_password=password,
            manage_master_user_password=spec.rotates or None,
            master_user_secret_kms_key_id=self._args.kms_key_arn if spec.rotates else None,
            port=spec.port,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=self._args.security_group_ids,
            db_cluster_parameter_group_name=parameters.name,
            backup_retention_period=spec.backup_days,
            copy_tags_to_snapshot=True,
            deletion_protection=self._args.protect,
            skip_final_snapshot=not self._args.protect,
            final_snapshot_identifier=snapshot,
            tags=self._args.tags,
            opts=self._protected,
        )
        if spec.rotates:
            self.secret_arn = cluster.master_user_secrets.apply(_arn)
        members = [
            aws.rds.ClusterInstance(
                f"{self._name}-{role}",
                cluster_identifier=cluster.id,
                engine=aws.rds.EngineType.AURORA_POSTGRESQL,
                engine_version=cluster.engine_version,
                instance_class="db.serverless",
                publicly_accessible=False,
                auto_minor_version_upgrade=True,
                tags=self._args.tags,
                opts=self._child,
            )
            for role in (("writer", "standby") if spec.multi_az else ("writer",))
        ]
        # An endpoint answers nobody before its writer is there.
        return pulumi.Output.all(cluster.endpoint, *(member.id for member in members)).apply(
            lambda known: str(known[0])
        )


def _major(version: str) -> str:
    return version.partition(".")[0]


def _arn(
    made: Sequence[aws.rds.outputs.InstanceMasterUserSecret]
    | Sequence[aws.rds.outputs.ClusterMasterUserSecret],
) -> Any:
    if made:
        return made[0].secret_arn
    if pulumi.runtime.is_dry_run():
        # Of a database that has had none, the provider plans none.
        return pulumi.UNKNOWN
    raise pulumi.RunError(
        "database.credentials is secrets-manager, and RDS has not told yet in which secret it "
        "keeps the password; run pulumi up again."
    )
