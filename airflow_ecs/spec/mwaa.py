"""One task for an Amazon MWAA environment: the names and sizes of it, and their defaults."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from airflow_ecs.spec.fargate import TaskSize, checked
from airflow_ecs.spec.reading import Given, SpecError, is_known

if TYPE_CHECKING:
    from airflow_ecs.spec.reading import Reader

# Source: the API references of IAM, ECS, CloudWatch Logs and Systems Manager.
_ROLE = re.compile(r"(arn:aws[a-z-]*:iam::\d{12}:role/([\w+=,.@-]+/)*)?[\w+=,.@-]{1,64}")
_ECS_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_LOG_GROUP = re.compile(r"[A-Za-z0-9_./#-]{1,512}")
_LOG_PREFIX = re.compile(r"[A-Za-z0-9_./#-]{0,199}[A-Za-z0-9_.#-]")
_PARAMETER = re.compile(r"(/[a-zA-Z0-9_.-]+){1,15}")

_OF_ECS = "letters, digits, hyphens and underscores, at most 255"


@dataclass(frozen=True, kw_only=True)
class MwaaParameters:
    """The names of the six parameters that DAGs on MWAA read."""

    cluster: str = "/mwaa/ecs/cluster"
    task_definition: str = "/mwaa/ecs/task_definition"
    subnets: str = "/mwaa/vpc/private_subnets"
    security_group: str = "/mwaa/vpc/security_group"
    log_group: str = "/mwaa/cw/log_group"
    log_prefix: str = "/mwaa/cw/log_stream"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mwaa:
    """One task for the DAGs of an Amazon MWAA environment."""

    execution_role: Given
    cluster_name: str
    family: str
    container_name: str
    image: Given
    size: TaskSize
    log_group: str
    log_prefix: str
    parameters: MwaaParameters


def read_mwaa(reader: Reader) -> Mwaa:
    """The environment and its task; every name has the published design's default."""
    role = reader.late_text("execution_role", hint="the name or the ARN of a role")
    if role is None:
        raise SpecError(
            f"{reader.path('execution_role')} is missing; write the name or the ARN of the "
            "execution role of the MWAA environment."
        )
    if is_known(role) and not _ROLE.fullmatch(role):
        raise SpecError(
            f"{reader.path('execution_role')} is {role!r}, which is no role; write its name, or "
            "its ARN such as arn:aws:iam::123456789012:role/service-role/mwaa."
        )
    family = _matching(reader, "family", "airflow-ecs-operator", _ECS_NAME, _OF_ECS)
    size = TaskSize(
        cpu=reader.integer("cpu", 256, at_least=1, unit="CPU units"),
        memory=reader.integer("memory", 512, at_least=1, unit="MiB"),
    )
    mwaa = Mwaa(
        execution_role=role,
        cluster_name=_matching(reader, "cluster_name", "airflow-ecs-cluster", _ECS_NAME, _OF_ECS),
        family=family,
        container_name=_matching(reader, "container_name", "hello-world", _ECS_NAME, _OF_ECS),
        image=reader.late_text("image", hint="the name of an image") or "hello-world",
        size=checked(size, "mwaa"),
        log_group=_matching(
            reader,
            "log_group",
            f"/ecs/{family}",
            _LOG_GROUP,
            "letters, digits and _ . / # -, at most 512",
        ),
        log_prefix=_matching(
            reader,
            "log_prefix",
            "ecs",
            _LOG_PREFIX,
            "letters, digits and _ . / # -, with no slash at the end",
        ),
        parameters=_parameters(reader.section("parameters")),
    )
    reader.finish()
    return mwaa


def _matching(reader: Reader, key: str, default: str, form: re.Pattern[str], words: str) -> str:
    text = reader.text(key, default, hint=words)
    if not form.fullmatch(text):
        raise SpecError(f"{reader.path(key)} is {text!r}, which AWS does not take; write {words}.")
    return text


def _parameters(reader: Reader) -> MwaaParameters:
    names = {
        field.name: _matching(
            reader,
            field.name,
            str(field.default),
            _PARAMETER,
            "the full name of a parameter, such as /mwaa/ecs/cluster",
        )
        for field in fields(MwaaParameters)
    }
    reader.finish()
    for key, name in names.items():
        if name.startswith(("/aws", "/ssm")):
            raise SpecError(
                f"{reader.path(key)} is {name!r}, and AWS keeps names that start so for itself; "
                "write another."
            )
        same = [other for other in names if names[other] == name and other != key]
        if same:
            raise SpecError(
                f"{reader.path(key)} and {reader.path(same[0])} are both {name!r}; "
                "write a name of its own for each."
            )
    return MwaaParameters(**names)
