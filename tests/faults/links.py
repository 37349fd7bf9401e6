"""Links of a deployment, each with the change of a task definition that breaks it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.rehearsed import Rehearsed

    Definition = dict[str, Any]

_KEPT = (
    "family",
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "runtimePlatform",
)


@dataclass(frozen=True, kw_only=True)
class Link:
    """What breaks it in a service's definition, and what names it then.

    `patience` is for how many seconds `up` is to wait, where the service goes on trying instead of
    ending.
    """

    service: str
    cut: Callable[[Definition, Rehearsed], object]
    says: str
    patience: float = 300.0


def definition(rehearsed: Rehearsed, service: str) -> Definition:
    """A copy of what is deployed, as it could be registered again."""
    described = rehearsed.client("ecs").describe_task_definition(
        taskDefinition=f"{rehearsed.cluster}-{service}"
    )
    return {key: described["taskDefinition"][key] for key in _KEPT}


def container(of: Definition) -> dict[str, Any]:
    """Its one container."""
    (found,) = of["containerDefinitions"]
    assert isinstance(found, dict)
    return found


def variable(name: str, value: str) -> Callable[[Definition, Rehearsed], None]:
    """Another value for a variable."""

    def cut(of: Definition, _: Rehearsed) -> None:
        (found,) = [one for one in container(of)["environment"] if one["name"] == name]
        found["value"] = value

    return cut


def secret(name: str, pattern: str, by: str) -> Callable[[Definition, Rehearsed], None]:
    """Another value for a secret, with `by` for what the pattern finds in it."""

    def cut(of: Definition, rehearsed: Rehearsed) -> None:
        secrets = container(of)["secrets"]
        (found,) = [one for one in secrets if one["name"] == name]
        path = found["valueFrom"].partition(":parameter")[2]
        answer = rehearsed.client("ssm").get_parameter(Name=path, WithDecryption=True)
        value, count = re.subn(pattern, by, answer["Parameter"]["Value"])
        assert count == 1
        secrets.remove(found)
        container(of)["environment"].append({"name": name, "value": value})

    return cut


def without_secret(name: str) -> Callable[[Definition, Rehearsed], None]:
    """A variable less."""

    def cut(of: Definition, _: Rehearsed) -> None:
        secrets = container(of)["secrets"]
        secrets.remove(next(one for one in secrets if one["name"] == name))

    return cut


def both(*cuts: Callable[[Definition, Rehearsed], object]) -> Callable[..., None]:
    """More than one change."""

    def cut(of: Definition, rehearsed: Rehearsed) -> None:
        for each in cuts:
            each(of, rehearsed)

    return cut


def setting(**values: object) -> Callable[[Definition, Rehearsed], None]:
    """Other settings of the container."""
    return lambda of, _: container(of).update(values)


def missing_parameter(of: Definition, _: Rehearsed) -> None:
    """A secret from a parameter that is gone."""
    first = container(of)["secrets"][0]
    first["valueFrom"] += "-gone"


def missing_log_group(of: Definition, _: Rehearsed) -> None:
    """Logs to a group that nobody made."""
    container(of)["logConfiguration"]["options"]["awslogs-group"] += "-gone"


def untrusted_role(of: Definition, rehearsed: Rehearsed) -> None:
    """A task role that trusts another service than ECS."""
    of["taskRoleArn"] = _role(of["taskRoleArn"], rehearsed, "broken-trust", "ecs-tasks", "ec2")


def role_without(role: str, action: str, by: str) -> Callable[[Definition, Rehearsed], None]:
    """A role with another action in the place of one."""

    def cut(of: Definition, rehearsed: Rehearsed) -> None:
        name = "broken-" + action.replace(":", "-")
        of[role] = _role(of[role], rehearsed, name, action, by)

    return cut


def _role(arn: str, rehearsed: Rehearsed, name: str, old: str, new: str) -> str:
    """A copy of a role with one word changed in its documents."""
    iam, original = rehearsed.client("iam"), arn.rpartition("/")[2]

    def changed(document: object) -> str:
        return json.dumps(document).replace(f'"{old}', f'"{new}')

    trust = iam.get_role(RoleName=original)["Role"]["AssumeRolePolicyDocument"]
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=changed(trust))
    for policy in iam.list_role_policies(RoleName=original)["PolicyNames"]:
        found = iam.get_role_policy(RoleName=original, PolicyName=policy)["PolicyDocument"]
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=changed(found))
    return str(made["Role"]["Arn"])


_HTTP = ("CMD", "python", "-I", "-S", "/opt/airflow-ecs/airflow_ecs/runtime/check_http.py")
_WRONG_PATH = {
    "command": [*_HTTP, "5555", "/wrong"],
    "interval": 5,
    "timeout": 5,
    "retries": 1,
    "startPeriod": 0,
}

# What `up` says when one is broken: none of these services becomes healthy.
STARTING = {
    "the parameter of a secret is gone": Link(
        service="scheduler",
        cut=missing_parameter,
        says="-gone",
    ),
    "the execution role may not read parameters": Link(
        service="scheduler",
        cut=role_without("executionRoleArn", "ssm:GetParameters", "ssm:GetParameterHistory"),
        says="ssm:GetParameters",
    ),
    "ECS may not assume the task role": Link(
        service="scheduler", cut=untrusted_role, says="broken-trust"
    ),
    "the log group is gone": Link(
        service="scheduler", cut=missing_log_group, says="/ecs/airflow-dev/scheduler-gone"
    ),
    "the image does not exist": Link(
        service="scheduler",
        cut=setting(image="quay.io/nobody/nothing:1"),
        says="no image quay.io/nobody/nothing:1",
    ),
    "the command fails": Link(
        service="scheduler",
        cut=setting(command=["schedular"]),
        says="schedular: not found",
    ),
    "the password of the database is wrong": Link(
        service="scheduler",
        cut=secret("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", r"(://[^:]+:)[^@]+@", r"\1wrong@"),
        says='password authentication failed for user "airflow"',
    ),
    "the database is asked without TLS": Link(
        service="scheduler", cut=variable("PGSSLMODE", "disable"), says="no encryption"
    ),
    "the certificates of RDS are not there": Link(
        service="scheduler",
        cut=variable("PGSSLROOTCERT", "/opt/airflow-ecs/none.pem"),
        says="none.pem",
    ),
    "the token of the broker is wrong": Link(
        service="worker",
        cut=secret("AIRFLOW__CELERY__BROKER_URL", r"(://[^:]*:)[^@]+@", r"\1wrong@"),
        says="invalid username-password pair",
        patience=30.0,
    ),
    "the URL of the result backend says nothing of certificates": Link(
        service="worker",
        cut=secret("AIRFLOW__CELERY__RESULT_BACKEND", r"\?ssl_cert_reqs=\w+", ""),
        says="ssl_cert_reqs",
    ),
    "the health check asks for a page that is not there": Link(
        service="flower", cut=setting(healthCheck=_WRONG_PATH), says="404"
    ),
}

# What only `smoke` shows of the page: its service is healthy.
OPEN_FLOWER = Link(
    service="flower",
    cut=without_secret("AIRFLOW__CELERY__FLOWER_BASIC_AUTH"),
    says="Flower answers 200 without a password",
)
# Either of the two would do for the page that people sign in at.
UNTRUSTED_BALANCER = Link(
    service="web",
    cut=both(
        variable("FORWARDED_ALLOW_IPS", "203.0.113.1"),
        variable("AIRFLOW__FAB__ENABLE_PROXY_FIX", "False"),
    ),
    says="does not read the X-Forwarded headers",
)

# What only a DAG run shows: the services are healthy.
RUNNING = {
    "the scheduler signs tokens with another secret": Link(
        service="scheduler",
        cut=secret("AIRFLOW__API_AUTH__JWT_SECRET", r"^.{8}", "another-"),
        says="Signature verification failed",
    ),
    "the address of the execution API is wrong": Link(
        service="worker",
        cut=variable(
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "http://api.nowhere.internal:8080/execution/"
        ),
        says="Name or service not known",
    ),
    "workers may not write task logs": Link(
        service="worker",
        cut=role_without("taskRoleArn", "s3:PutObject", "s3:PutObjectAcl"),
        says="s3:PutObject",
    ),
}
