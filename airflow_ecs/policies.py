"""IAM documents, each for one purpose; resources are ARNs, which may be outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow_ecs.spec.reading import Given

Statement: TypeAlias = "dict[str, Any]"


def document(*statements: Statement) -> dict[str, Any]:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(
    actions: Sequence[str],
    resources: Sequence[Given],
    condition: Mapping[str, Mapping[str, Given]] | None = None,
) -> Statement:
    """One permission."""
    statement: Statement = {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": list(resources),
    }
    return statement | ({"Condition": condition} if condition else {})


def assumed_by(service: str) -> dict[str, Any]:
    """The trust policy of a role that an AWS service takes."""
    return document(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    )


def pull_image(repository_arn: Given) -> tuple[Statement, ...]:
    """Pull images from one ECR repository."""
    return (
        # The one ECR action that knows no resource.
        allow(["ecr:GetAuthorizationToken"], ["*"]),
        allow(
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            [repository_arn],
        ),
    )


def write_logs(streams_arn: Given) -> Statement:
    """Write to the streams of one log group."""
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], [streams_arn])


def read_logs(streams_arn: Given) -> Statement:
    """Read the streams of one log group."""
    return allow(["logs:GetLogEvents"], [streams_arn])


def read_parameters(
    parameter_arns: Sequence[Given], kms_key_arn: Given | None = None
) -> tuple[Statement, ...]:
    """Read these parameters, decrypted; the account's own SSM key needs no permission."""
    statements = [allow(["ssm:GetParameters"], parameter_arns)] if parameter_arns else []
    if statements and kms_key_arn is not None:
        statements.append(allow(["kms:Decrypt"], [kms_key_arn]))
    return tuple(statements)


def read_secret(secret_arn: Given) -> Statement:
    """Read one secret of Secrets Manager, decrypted by the account's own key."""
    return allow(["secretsmanager:GetSecretValue"], [secret_arn])


def roll_services(service_arns: Sequence[Given], cluster_arn: Given) -> Statement:
    """Start new tasks of these services as they are."""
    on_cluster = {"ArnEquals": {"ecs:cluster": cluster_arn}}
    return allow(["ecs:UpdateService"], service_arns, on_cluster)


def get_parameters(parameter_arns: Sequence[Given]) -> Statement:
    """Read these plain parameters, one by one or together."""
    return allow(["ssm:GetParameter", "ssm:GetParameters"], parameter_arns)


def read_objects(bucket_arn: Given, prefix: str, objects_arn: Given) -> tuple[Statement, ...]:
    """List and read what is under a prefix of a bucket."""
    under = {"StringLike": {"s3:prefix": [f"{prefix}/*"]}}
    return (
        allow(["s3:ListBucket"], [bucket_arn], under),
        allow(["s3:GetObject"], [objects_arn]),
    )


def read_folder(bucket_arn: Given, objects_arn: Given) -> tuple[Statement, ...]:
    """Read what is under a prefix, for who asks about the bucket itself before."""
    return (allow(["s3:ListBucket"], [bucket_arn]), allow(["s3:GetObject"], [objects_arn]))


def write_objects(bucket_arn: Given, prefix: str, objects_arn: Given) -> tuple[Statement, ...]:
    """Read and write what is under a prefix of a bucket."""
    return (
        *read_objects(bucket_arn, prefix, objects_arn),
        allow(["s3:PutObject"], [objects_arn]),
    )


def mount(file_system_arn: Given, access_point_arn: Given, *, write: bool = False) -> Statement:
    """Mount a file system through one access point, read-only unless told otherwise."""
    actions = ["elasticfilesystem:ClientMount"]
    if write:
        actions.append("elasticfilesystem:ClientWrite")
    through = {"StringEquals": {"elasticfilesystem:AccessPointArn": access_point_arn}}
    return allow(actions, [file_system_arn], through)


def only_with_tls(resource: Given) -> dict[str, Any]:
    """The policy of a file system: nobody without TLS, and nobody without an identity.

    It allows nothing: with any policy, a client that names no role is refused.
    """
    return document(
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "*",
            "Resource": resource,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )


def exec_into() -> Statement:
    """The four channels of ECS Exec, none of which knows a resource."""
    return allow(
        [
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
        ["*"],
    )


def name_of(resource: str) -> str:
    """The name of a role or cluster that is given by its name or its ARN."""
    return resource.rpartition("/")[2]


def tasks_of(cluster_arn: str) -> str:
    """The ARN pattern of all tasks on a cluster."""
    return f"{cluster_arn.replace(':cluster/', ':task/')}/*"


def run_tasks(
    *,
    cluster_arn: Given,
    definition_arns: Sequence[Given],
    task_arns: Given,
    role_arns: Sequence[Given],
) -> tuple[Statement, ...]:
    """Run, watch and stop tasks of these definitions on one cluster, under these roles."""
    on_cluster = {"ArnEquals": {"ecs:cluster": cluster_arn}}
    return (
        allow(["ecs:RunTask"], definition_arns, on_cluster),
        allow(["ecs:DescribeTasks", "ecs:StopTask"], [task_arns], on_cluster),
        allow(
            ["iam:PassRole"],
            role_arns,
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
    )


def list_tasks(cluster_arn: Given) -> Statement:
    """Find the tasks of one cluster."""
    # It knows container instances only, which Fargate has none of.
    return allow(["ecs:ListTasks"], ["*"], {"ArnEquals": {"ecs:cluster": cluster_arn}})


def tag_tasks(task_arns: Given) -> Statement:
    """Tag tasks as they start."""
    return allow(["ecs:TagResource"], [task_arns])


def register_definitions(definitions_arn: Given) -> tuple[Statement, ...]:
    """Look up any task definition, and register and tag revisions of these."""
    return (
        # Knows no resource.
        allow(["ecs:DescribeTaskDefinition"], ["*"]),
        allow(["ecs:RegisterTaskDefinition", "ecs:TagResource"], [definitions_arn]),
    )


def hold_locks(parameters_arn: Given) -> Statement:
    """Take and give back locks, which are parameters."""
    return allow(["ssm:GetParameter", "ssm:PutParameter"], [parameters_arn])
