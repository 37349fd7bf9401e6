"""Secrets and values in Parameter Store, and what the user has there already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from airflow_ecs.naming import Naming


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A parameter by its name and ARN, and the version that its value has now."""

    name: str
    arn: pulumi.Output[str]
    version: pulumi.Output[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class ParametersArgs:
    """What to keep, by its path below the deployment's own; the key encrypts secrets.

    `lasting` names the secrets that must not be lost, and `existing` parameters of the
    user's, by their full names.
    """

    naming: Naming
    secrets: Mapping[str, pulumi.Input[str]]
    values: Mapping[str, pulumi.Input[str]]
    existing: Sequence[str]
    lasting: Sequence[str]
    tags: Mapping[str, pulumi.Input[str]]
    kms_key_arn: pulumi.Input[str] | None = None


class Parameters(pulumi.ComponentResource):
    """Everything that containers and DAG code read from Parameter Store."""

    by_name: dict[str, Parameter]

    def __init__(
        self, name: str, args: ParametersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("airflow-ecs:index:Parameters", name, None, opts)
        self.by_name = {}
        for path, secret in args.secrets.items():
            created = aws.ssm.Parameter(
                _logical(name, path),
                name=args.naming.parameter(path),
                type="SecureString",
                key_id=args.kms_key_arn,
                value=pulumi.Output.secret(secret),
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self, protect=path in args.lasting),
            )
            self.by_name[path] = Parameter(name=path, arn=created.arn, version=created.version)
        for path, value in args.values.items():
            created = aws.ssm.Parameter(
                _logical(name, path),
                name=args.naming.parameter(path),
                type="String",
                # Values over 4 KiB become advanced parameters; the others stay free.
                tier="Intelligent-Tiering",
                value=value,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.by_name[path] = Parameter(name=path, arn=created.arn, version=created.version)
        for parameter in args.existing:
            # Only its ARN and version: the value itself never comes near the stack's state.
            found = aws.ssm.get_parameter_output(
                name=parameter,
                with_decryption=False,
                opts=pulumi.InvokeOptions(parent=self),
            )
            self.by_name[parameter] = Parameter(
                name=parameter, arn=found.arn, version=found.version
            )
        self.register_outputs({})


def fingerprint(parameters: Sequence[Parameter]) -> pulumi.Output[str]:
    """A short text that changes when the value of any of the parameters does."""
    names = [parameter.name for parameter in parameters]

    def digest(versions: Sequence[int]) -> str:
        known = json.dumps(sorted(zip(names, versions, strict=True)))
        return hashlib.sha256(known.encode()).hexdigest()[:16]

    return pulumi.Output.all(*(parameter.version for parameter in parameters)).apply(digest)


def _logical(name: str, path: str) -> str:
    return f"{name}-{path.replace('/', '-')}"
