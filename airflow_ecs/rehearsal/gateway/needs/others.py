"""Services of which a task calls little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from airflow_ecs.rehearsal.gateway.iam import Question
    from airflow_ecs.rehearsal.gateway.needs.asking import Asking


def _nothing(_: Asking) -> Iterable[Question]:
    """Who one is, everybody may ask."""
    return ()


def _assume(asking: Asking) -> Iterator[Question]:
    yield asking.about(asking.given("RoleArn"))


def _secret(asking: Asking) -> Iterator[Question]:
    given = asking.given("SecretId")
    try:
        # Its ARN ends in six characters that nobody but AWS knows.
        arn = asking.client("secretsmanager").describe_secret(SecretId=given)["ARN"]
    except ClientError:
        arn = given if given.startswith("arn:") else asking.arn("secretsmanager", f"secret:{given}")
    yield asking.about(arn)


def _metrics(asking: Asking) -> Iterator[Question]:
    namespace = asking.given("Namespace")
    yield asking.about("*", context={"cloudwatch:namespace": [namespace]})


def _repository(asking: Asking) -> Iterator[Question]:
    yield asking.about(asking.arn("ecr", f"repository/{asking.given('repositoryName')}"))


def _registry(asking: Asking) -> Iterator[Question]:
    yield asking.about("*")


def _invoke(asking: Asking) -> Iterator[Question]:
    given = asking.given("FunctionName")
    arn = given if given.startswith("arn:") else asking.arn("lambda", f"function:{given}")
    yield asking.about(arn, action="lambda:InvokeFunction")


NEEDS: dict[tuple[str, str], Callable[[Asking], Iterable[Question]]] = {
    ("cloudwatch", "PutMetricData"): _metrics,
    ("ecr", "BatchCheckLayerAvailability"): _repository,
    ("ecr", "BatchGetImage"): _repository,
    ("ecr", "GetAuthorizationToken"): _registry,
    ("ecr", "GetDownloadUrlForLayer"): _repository,
    ("lambda", "Invoke"): _invoke,
    ("secretsmanager", "DescribeSecret"): _secret,
    ("secretsmanager", "GetSecretValue"): _secret,
    ("sts", "AssumeRole"): _assume,
    ("sts", "GetCallerIdentity"): _nothing,
}
