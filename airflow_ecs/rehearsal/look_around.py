"""Commands for the AWS CLI that show something of what was just created."""

from __future__ import annotations

import shlex
import shutil
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import aws_environment

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.recording import Recording

# What is most worth seeing comes first; {name} and {arn} are the resource's own.
_EXAMPLES = {
    "aws:ecs/cluster:Cluster": "ecs list-services --cluster {name}",
    "aws:lb/listener:Listener": "elbv2 describe-rules --listener-arn {arn}",
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": (
        "servicediscovery list-services"
    ),
    "aws:ssm/parameter:Parameter": "ssm describe-parameters",
    "aws:lambda/function:Function": "lambda list-functions",
    "aws:s3/bucket:Bucket": "s3 ls",
    "aws:rds/cluster:Cluster": "rds describe-db-clusters",
    "aws:rds/instance:Instance": "rds describe-db-instances",
    "aws:ec2/vpc:Vpc": "ec2 describe-vpcs",
    "aws:iam/role:Role": "iam list-roles",
}
_ALWAYS = ("resourcegroupstaggingapi get-resources", "sts get-caller-identity", "ec2 describe-vpcs")


def commands(recording: Recording, count: int = 3) -> list[str]:
    """`aws` commands that work once `settings` are exported."""
    chosen = []
    for type_, example in _EXAMPLES.items():
        for declared in recording.of(type_)[:1]:
            known = {**declared.inputs, **recording.created[declared.urn].outputs}
            chosen.append(example.format(name=_quoted(known, "name"), arn=_quoted(known, "arn")))
    return [f"aws {example}" for example in (*chosen, *_ALWAYS)[:count]]


def settings(region: str, endpoint: str) -> str:
    """The line that points a shell's AWS CLI at the emulated account.

    It brings the CLI itself, that of this environment, where the shell has none, and where the
    shell has a proxy, a way past it.
    """
    names = [
        "AWS_ENDPOINT_URL",
        "AWS_DEFAULT_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ]
    if urllib.request.getproxies():
        names += ["NO_PROXY"]
    values = aws_environment.variables(region, endpoint)
    words = [f"{name}={values[name]}" for name in names]
    if shutil.which("aws") is None:
        words.append(f"PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH")
    return f"export {' '.join(words)}"


def _quoted(known: dict[str, Any], name: str) -> str:
    return shlex.quote(str(known.get(name, "")))
