"""Where remote tasks run, decided: for any Airflow, and for Amazon MWAA."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_ecs.naming import Naming, remote_task_limits
from airflow_ecs.spec.identity import read_naming, read_tags, read_values
from airflow_ecs.spec.logs import read_retention
from airflow_ecs.spec.mwaa import Mwaa, read_mwaa
from airflow_ecs.spec.reading import Given, Reader, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoteTasksSpec:
    """One place for remote tasks, decided; what is None is made."""

    naming: Naming
    vpc_id: Given | None
    subnet_ids: Given
    security_group_id: Given | None
    public_addresses: bool
    cluster_arn: Given | None
    execution_role_arn: Given | None
    task_role_arn: Given | None
    values: Mapping[str, Given]
    secret_values: Mapping[str, Given]
    retention_days: int
    kms_key_arn: Given | None
    mwaa: Mwaa | None
    tags: Mapping[str, Given]

    @property
    def cluster_name(self) -> str:
        """The name of a cluster that is made."""
        return self.mwaa.cluster_name if self.mwaa else self.naming.prefix

    @property
    def log_group(self) -> str:
        """The log group of all tasks."""
        return self.mwaa.log_group if self.mwaa else self.naming.log_group("tasks")

    @classmethod
    def read(cls, name: str, args: Mapping[str, Any]) -> RemoteTasksSpec:
        """Decide everything from the arguments, or raise `SpecError`."""
        reader = Reader(args)
        values, secret_values = read_values(reader)
        spec = cls(
            naming=read_naming(name, reader, remote_task_limits),
            vpc_id=reader.late_text("vpc_id", hint="the id of the VPC, such as vpc-0a1b2c3d"),
            subnet_ids=reader.late_items("subnet_ids"),
            security_group_id=reader.late_text(
                "security_group_id", hint="the id of a security group, such as sg-0a1b2c3d"
            ),
            public_addresses=reader.flag("public_addresses", default=False),
            cluster_arn=_arn(reader, "cluster_arn", "ecs", "cluster"),
            execution_role_arn=_arn(reader, "execution_role_arn", "iam", "role"),
            task_role_arn=_arn(reader, "task_role_arn", "iam", "role"),
            values=values,
            secret_values=secret_values,
            retention_days=read_retention(reader),
            kms_key_arn=reader.late_text("kms_key_arn", hint="the ARN of a KMS key"),
            mwaa=read_mwaa(reader.section("mwaa")) if reader.has("mwaa") else reader.given("mwaa"),
            tags=read_tags(reader),
        )
        reader.finish()
        _check_together(spec, reader)
        return spec


def _arn(reader: Reader, key: str, service: str, kind: str) -> Given | None:
    arn = reader.late_text(key, hint=f"the ARN of a {kind}")
    form = rf"arn:aws[a-z-]*:{service}:[a-z0-9-]*:\d{{12}}:{kind}/.+"
    # Policies are made of it, and one made of a name would allow nothing.
    if isinstance(arn, str) and not re.fullmatch(form, arn):
        raise SpecError(
            f"{reader.path(key)} is {arn!r}, which is not the ARN of a {kind}; write one that "
            f"starts with arn:aws:{service}: and has :{kind}/ in it."
        )
    return arn


def _check_together(spec: RemoteTasksSpec, reader: Reader) -> None:
    if spec.subnet_ids is None:
        raise SpecError("subnet_ids is missing; write the ids of the subnets that tasks run in.")
    if spec.vpc_id is None and spec.security_group_id is None:
        raise SpecError(
            "vpc_id and security_group_id are both missing; write the VPC to make a security "
            "group in, or a security group of yours."
        )
    if spec.cluster_arn is not None and reader.section("mwaa").has("cluster_name"):
        raise SpecError(
            "mwaa.cluster_name names a cluster to make, and cluster_arn one that exists; "
            "write one of the two."
        )
