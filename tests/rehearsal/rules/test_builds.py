from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from .building import ARN, one, policy

if TYPE_CHECKING:
    from .building import Program

CONNECTION = ARN.format("codeconnections", "connection/c-1")
NEEDED: dict[str, tuple[str | list[str], str]] = {
    "codeconnections:GetConnectionToken": ("codeconnections:GetConnectionToken", CONNECTION),
    "s3:GetObject": ("s3:GetObject", "arn:aws:s3:::steps/steps.zip"),
    "ssm:GetParameters": ("ssm:GetParameters", ARN.format("ssm", "token")),
    "logs:PutLogEvents": (
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        f"{ARN.format('cloudwatch', 'build-logs')}:*",
    ),
}


def add_build(program: Program, *, without: str = "", **inputs: Any) -> None:
    """A project with its role, which lacks one permission."""
    trust = {
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "codebuild.amazonaws.com"},
            }
        ]
    }
    program.add("aws:iam/role:Role", "builder", {"assumeRolePolicy": json.dumps(trust)})
    allowed = [permission for name, permission in NEEDED.items() if name != without]
    program.add(
        "aws:iam/rolePolicy:RolePolicy",
        "builder-policy",
        {"role": "builder", "policy": policy(*allowed)},
    )
    program.add("aws:cloudwatch/logGroup:LogGroup", "build-logs", {"name": "/build"})
    program.add("aws:ssm/parameter:Parameter", "token", {"name": "/token", "type": "String"})
    program.add(
        "aws:codebuild/project:Project",
        "build",
        {
            "serviceRole": ARN.format("iam", "builder"),
            "source": {
                "type": "GITHUB",
                "buildspec": "docker build .",
                "auth": {"type": "CODECONNECTIONS", "resource": CONNECTION},
            },
            "secondarySources": [{"type": "S3", "location": "steps/steps.zip"}],
            "environment": {
                "privilegedMode": True,
                "environmentVariables": [
                    {"name": "TOKEN", "type": "PARAMETER_STORE", "value": "/token"}
                ],
            },
            "logsConfig": {"cloudwatchLogs": {"groupName": "/build"}},
            **inputs,
        },
    )


def test_a_build_that_may_begin_is_sound(program: Program) -> None:
    add_build(program)

    assert program.violations() == []


@pytest.mark.parametrize("missing", NEEDED)
def test_the_role_of_a_build_may_what_its_beginning_takes(program: Program, missing: str) -> None:
    add_build(program, without=missing)

    said = program.violations()
    assert f"may not {missing} on" in said[-1]
    assert all('"build" would not begin' in sentence for sentence in said)


def test_the_role_of_a_build_is_for_codebuild(program: Program) -> None:
    add_build(program)
    trust = program.declared["builder"].inputs["assumeRolePolicy"]
    program.change("builder", assumeRolePolicy=trust.replace("codebuild", "lambda"))

    assert "does not let codebuild.amazonaws.com take it" in one(program.violations())


def test_docker_runs_in_privileged_mode(program: Program) -> None:
    add_build(program, environment={"privilegedMode": False})

    assert "write true" in one(program.violations())
