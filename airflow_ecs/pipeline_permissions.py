"""What the builds of each pipeline may do, as IAM statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from airflow_ecs import policies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow_ecs.policies import Statement
    from airflow_ecs.spec.reading import Given


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRelease:
    """What a release of an image touches, by ARN or ARN pattern."""

    repository: Given
    services: Sequence[Given]
    definitions: Sequence[Given]
    roles: Sequence[Given]
    functions: Sequence[Given]
    target: Given
    image_parameter: Given


def any_build(
    *, project: Given, connection: Given, steps: Given, streams: Given
) -> tuple[Statement, ...]:
    """Fetch source and steps, write the log, and look at the other builds of the project."""
    return (
        # The service was renamed, and a connection's ARN has the name of its time.
        policies.allow(
            [
                "codeconnections:GetConnection",
                "codeconnections:GetConnectionToken",
                "codestar-connections:GetConnection",
                "codestar-connections:GetConnectionToken",
            ],
            [connection],
        ),
        policies.allow(["s3:GetObject", "s3:GetObjectVersion"], [steps]),
        policies.write_logs(streams),
        policies.allow(["codebuild:ListBuildsForProject", "codebuild:BatchGetBuilds"], [project]),
    )


def release_image(release: ImageRelease) -> tuple[Statement, ...]:
    """Push an image, read its scan, migrate, and have the services use it."""
    return (
        *policies.pull_image(release.repository),
        policies.allow(
            [
                "ecr:CompleteLayerUpload",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
                "ecr:DescribeImageScanFindings",
            ],
            [release.repository],
        ),
        # Findings of an enhanced scan are Inspector's, and neither knows a resource.
        # Source: Amazon ECR User Guide, IAM permissions required for enhanced scanning.
        policies.allow(["inspector2:ListFindings", "inspector2:ListCoverage"], ["*"]),
        policies.allow(["ssm:GetParameter"], [release.target]),
        policies.allow(["ssm:PutParameter"], [release.image_parameter]),
        *(
            (policies.allow(["lambda:InvokeFunction"], release.functions),)
            if release.functions
            else ()
        ),
        policies.allow(["ecs:DescribeServices", "ecs:UpdateService"], release.services),
        # Knows no resource.
        policies.allow(["ecs:DescribeTaskDefinition"], ["*"]),
        policies.allow(["ecs:RegisterTaskDefinition", "ecs:TagResource"], release.definitions),
        policies.allow(
            ["iam:PassRole"],
            release.roles,
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
    )


def release_dags(*, bucket: Given, objects: Given) -> tuple[Statement, ...]:
    """Upload releases to a place in S3, and read which one counts."""
    return (
        policies.allow(["s3:ListBucket"], [bucket]),
        policies.allow(["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], [objects]),
    )
