"""What a task's role may do, it can do through any client, and nothing else."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from .conftest import ACCOUNT_ID, REGION, allow

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_ecs.rehearsal.account_clients import Account
    from airflow_ecs.rehearsal.gateway.gateway import Gateway

    Make = Callable[..., str]
    Connect = Callable[[str, str], Any]


pytestmark = pytest.mark.slow


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{resource}"


@pytest.fixture
def parameters(account: Account) -> str:
    """A path with two parameters below `own`, and one beside it."""
    path = f"/{uuid.uuid4().hex}"
    for name in ("own/a", "own/b", "other/c"):
        account.client("ssm").put_parameter(
            Name=f"{path}/{name}", Value=f"value of {name}", Type="SecureString"
        )
    return path


def test_a_role_limited_to_one_prefix_gets_exactly_that(
    parameters: str, role: Make, client: Connect
) -> None:
    own = allow(["ssm:GetParameter*"], [arn("ssm", f"parameter{parameters}/own*")])
    ssm = client(role(own), "ssm")
    found = ssm.get_parameter(Name=f"{parameters}/own/a", WithDecryption=True)
    assert found["Parameter"]["Value"] == "value of own/a"
    below = ssm.get_parameters_by_path(Path=f"{parameters}/own/", Recursive=True)
    assert len(below["Parameters"]) == 2
    with pytest.raises(ClientError) as refused:
        ssm.get_parameter(Name=f"{parameters}/other/c")
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert "is not authorized to perform: ssm:GetParameter on resource: " in error["Message"]
    assert arn("ssm", f"parameter{parameters}/other/c") in error["Message"]
    # One of several that it may not read refuses them all.
    with pytest.raises(ClientError, match="other/c"):
        ssm.get_parameters(Names=[f"{parameters}/own/a", f"{parameters}/other/c"])
    with pytest.raises(ClientError, match="ssm:PutParameter"):
        ssm.put_parameter(Name=f"{parameters}/own/a", Value="new", Overwrite=True)


def test_a_parameter_under_a_key_of_the_users_needs_that_key(
    account: Account, role: Make, client: Connect
) -> None:
    key = account.client("kms").create_key()["KeyMetadata"]
    name = f"/{uuid.uuid4().hex}"
    account.client("ssm").put_parameter(
        Name=name, Value="secret", Type="SecureString", KeyId=key["KeyId"]
    )
    read = allow("ssm:GetParameter", arn("ssm", f"parameter{name}"))
    ssm = client(role(read), "ssm")
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] != "secret"
    with pytest.raises(ClientError, match="kms:Decrypt on resource: " + key["Arn"]):
        ssm.get_parameter(Name=name, WithDecryption=True)
    ssm = client(role(read, allow("kms:Decrypt", key["Arn"])), "ssm")
    assert ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == "secret"


def test_what_aws_itself_put_into_parameter_store_is_read_like_any_other(
    role: Make, client: Connect
) -> None:
    public = "/aws/service/global-infrastructure/regions/eu-central-1/longName"
    name = arn("ssm", f"parameter{public}")
    ssm = client(role(allow("ssm:GetParameter", name)), "ssm")
    assert ssm.get_parameter(Name=public, WithDecryption=True)["Parameter"]["Value"]


def test_objects_are_read_written_and_listed_below_a_prefix_alone(
    account: Account, role: Make, client: Connect
) -> None:
    bucket = f"bucket-{uuid.uuid4().hex[:12]}"
    place = {"LocationConstraint": REGION}
    account.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    account.client("s3").put_object(Bucket=bucket, Key="other/x", Body=b"x")
    s3 = client(
        role(
            allow(
                "s3:ListBucket",
                f"arn:aws:s3:::{bucket}",
                StringLike={"s3:prefix": ["logs/*"]},
            ),
            allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/logs/*"),
        ),
        "s3",
    )
    large = b"line\n" * 400_000
    s3.put_object(Bucket=bucket, Key="logs/a b/1.log", Body=large)
    assert s3.get_object(Bucket=bucket, Key="logs/a b/1.log")["Body"].read() == large
    assert s3.head_object(Bucket=bucket, Key="logs/a b/1.log")["ContentLength"] == len(large)
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="logs/a")
    assert [one["Key"] for one in listed["Contents"]] == ["logs/a b/1.log"]

    refused: list[tuple[str, dict[str, Any]]] = [
        ("put_object", {"Key": "other/y", "Body": large}),
        ("get_object", {"Key": "other/x"}),
        ("delete_object", {"Key": "logs/a b/1.log"}),
        ("delete_objects", {"Delete": {"Objects": [{"Key": "logs/a b/1.log"}]}}),
        ("list_objects_v2", {"Prefix": "other/"}),
        ("list_objects_v2", {}),
        ("copy_object", {"Key": "logs/z", "CopySource": f"{bucket}/other/x"}),
    ]
    for operation, parameters in refused:
        with pytest.raises(ClientError) as error:
            getattr(s3, operation)(Bucket=bucket, **parameters)
        assert error.value.response["Error"]["Code"] == "AccessDenied", operation
        assert "is not authorized to perform: s3:" in error.value.response["Error"]["Message"]


def test_who_may_not_list_is_not_told_that_an_object_is_missing(
    account: Account, role: Make, client: Connect
) -> None:
    bucket = f"bucket-{uuid.uuid4().hex[:12]}"
    place = {"LocationConstraint": REGION}
    account.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    read = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    listing = allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", StringLike={"s3:prefix": ["logs/*"]})
    for statements, key, status in (
        ([read], "logs/missing", 403),
        ([read, listing], "logs/missing", 404),
        ([read, listing], "other/missing", 403),
    ):
        with pytest.raises(ClientError) as error:
            client(role(*statements), "s3").head_object(Bucket=bucket, Key=key)
        assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.fixture
def cluster(account: Account, role: Make) -> dict[str, str]:
    """A cluster, a definition in two revisions, and the roles of the latest."""
    ecs, suffix = account.client("ecs"), uuid.uuid4().hex[:8]
    made = ecs.create_cluster(clusterName=f"cluster-{suffix}")["cluster"]["clusterArn"]
    roles = {"taskRoleArn": role(), "executionRoleArn": role()}
    for _ in range(2):
        definition = ecs.register_task_definition(
            family=f"job-{suffix}",
            containerDefinitions=[{"name": "job", "image": "hello-world"}],
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            **roles,
        )["taskDefinition"]["taskDefinitionArn"]
    vpc = account.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = account.client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")
    return {
        "arn": made,
        "family": f"job-{suffix}",
        "definition": definition,
        "subnet": subnet["Subnet"]["SubnetId"],
        **roles,
    }


def run(ecs: Any, cluster: dict[str, str], **more: Any) -> Any:
    return ecs.run_task(
        cluster=cluster["arn"],
        taskDefinition=cluster["family"],
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [cluster["subnet"]]}},
        **more,
    )["tasks"][0]["taskArn"]


def pass_role(*roles: str) -> dict[str, Any]:
    service = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    return allow("iam:PassRole", list(roles), StringEquals=service)


def test_a_task_is_run_by_who_may_run_its_latest_revision_and_hand_over_its_roles(
    cluster: dict[str, str], role: Make, client: Connect
) -> None:
    here = {"ecs:cluster": cluster["arn"]}
    run_it = allow("ecs:RunTask", cluster["definition"], ArnEquals=here)
    both = pass_role(cluster["taskRoleArn"], cluster["executionRoleArn"])
    assert run(client(role(run_it, both), "ecs"), cluster)

    other_cluster = allow(
        "ecs:RunTask", cluster["definition"], ArnEquals={"ecs:cluster": arn("ecs", "cluster/x")}
    )
    earlier = allow("ecs:RunTask", cluster["definition"].removesuffix("2") + "1")
    for statements, refused in (
        ([run_it], "iam:PassRole on resource: " + cluster["taskRoleArn"]),
        (
            [run_it, pass_role(cluster["taskRoleArn"])],
            "iam:PassRole on resource: " + cluster["executionRoleArn"],
        ),
        ([other_cluster, both], "ecs:RunTask on resource: " + cluster["definition"]),
        ([earlier, both], "ecs:RunTask on resource: " + cluster["definition"]),
    ):
        with pytest.raises(ClientError, match=refused):
            run(client(role(*statements), "ecs"), cluster)
    with pytest.raises(ClientError, match="ecs:TagResource"):
        run(client(role(run_it, both), "ecs"), cluster, tags=[{"key": "a", "value": "b"}])


def test_tasks_are_watched_and_stopped_on_the_cluster_that_the_policy_names(
    cluster: dict[str, str], role: Make, client: Connect, account: Account
) -> None:
    task = run(account.client("ecs"), cluster)
    here = {"ecs:cluster": cluster["arn"]}
    tasks = task.rpartition("/")[0] + "/*"
    ecs = client(
        role(
            allow(["ecs:DescribeTasks", "ecs:StopTask"], tasks, ArnEquals=here),
            allow("ecs:ListTasks", "*", ArnEquals=here),
        ),
        "ecs",
    )
    # By its ARN and by its id alone.
    for name in (task, task.rpartition("/")[2]):
        assert ecs.describe_tasks(cluster=cluster["arn"], tasks=[name])["tasks"]
    assert ecs.list_tasks(cluster=cluster["arn"])["taskArns"] == [task]
    assert ecs.stop_task(cluster=cluster["arn"], task=task)["task"]
    with pytest.raises(ClientError, match="ecs:ListTasks"):
        ecs.list_tasks(cluster="default")
    with pytest.raises(ClientError, match="ecs:DescribeTaskDefinition"):
        ecs.describe_task_definition(taskDefinition=cluster["family"])


def test_a_definition_is_registered_by_who_may_hand_over_its_roles(
    cluster: dict[str, str], role: Make, client: Connect
) -> None:
    family = {"family": cluster["family"], "taskRoleArn": cluster["taskRoleArn"]}
    containers = [{"name": "job", "image": "hello-world", "memory": 64}]
    register = allow(
        "ecs:RegisterTaskDefinition", arn("ecs", f"task-definition/{cluster['family']}:*")
    )
    allowed = client(role(register, pass_role(cluster["taskRoleArn"])), "ecs")
    assert allowed.register_task_definition(**family, containerDefinitions=containers)
    with pytest.raises(ClientError, match="iam:PassRole"):
        client(role(register), "ecs").register_task_definition(
            **family, containerDefinitions=containers
        )


def test_log_streams_and_groups_are_told_apart(
    account: Account, role: Make, client: Connect
) -> None:
    group = f"/airflow/{uuid.uuid4().hex}"
    account.client("logs").create_log_group(logGroupName=group)
    streams = allow(
        ["logs:CreateLogStream", "logs:PutLogEvents", "logs:GetLogEvents"],
        arn("logs", f"log-group:{group}:log-stream:*"),
    )
    logs = client(role(streams), "logs")
    logs.create_log_stream(logGroupName=group, logStreamName="web/1")
    event = {"timestamp": 1_700_000_000_000, "message": "started"}
    logs.put_log_events(logGroupName=group, logStreamName="web/1", logEvents=[event])
    assert logs.get_log_events(logGroupName=group, logStreamName="web/1")
    with pytest.raises(ClientError, match="logs:CreateLogStream"):
        logs.create_log_stream(logGroupName="/another", logStreamName="web/1")
    with pytest.raises(ClientError, match="logs:DescribeLogStreams"):
        logs.describe_log_streams(logGroupName=group)
    whole = allow("logs:DescribeLogStreams", arn("logs", f"log-group:{group}:*"))
    assert client(role(whole), "logs").describe_log_streams(logGroupName=group)["logStreams"]


def test_a_secret_is_asked_for_by_its_whole_arn(
    account: Account, role: Make, client: Connect
) -> None:
    name = uuid.uuid4().hex
    secret = account.client("secretsmanager").create_secret(Name=name, SecretString="s")
    read = allow("secretsmanager:GetSecretValue", secret["ARN"])
    assert client(role(read), "secretsmanager").get_secret_value(SecretId=name)
    short = allow("secretsmanager:GetSecretValue", secret["ARN"].rpartition("-")[0])
    with pytest.raises(ClientError, match="secretsmanager:GetSecretValue"):
        client(role(short), "secretsmanager").get_secret_value(SecretId=name)


def test_metrics_go_into_the_namespace_that_the_policy_names(role: Make, client: Connect) -> None:
    metrics = allow(
        "cloudwatch:PutMetricData", "*", StringEquals={"cloudwatch:namespace": "Airflow"}
    )
    cloudwatch = client(role(metrics), "cloudwatch")
    data = [{"MetricName": "queued", "Value": 1.0}]
    cloudwatch.put_metric_data(Namespace="Airflow", MetricData=data)
    with pytest.raises(ClientError, match="cloudwatch:PutMetricData") as refused:
        cloudwatch.put_metric_data(Namespace="Other", MetricData=data)
    assert refused.value.response["Error"]["Code"].startswith("AccessDenied")


def test_everybody_may_ask_who_they_are(role: Make, client: Connect) -> None:
    arn = role()
    identity = client(arn, "sts").get_caller_identity()
    assert identity["Arn"].startswith(
        f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{arn.rpartition('/')[2]}/"
    )
    with pytest.raises(ClientError, match="sts:AssumeRole on resource: " + arn):
        client(arn, "sts").assume_role(RoleArn=arn, RoleSessionName="again")


def test_a_call_outside_the_table_needs_a_permission_on_everything(
    role: Make, client: Connect
) -> None:
    queues = client(role(allow("sqs:ListQueues", "*")), "sqs")
    assert queues.list_queues()
    narrow = client(role(allow("sqs:*", arn("sqs", "*"))), "sqs")
    with pytest.raises(ClientError, match=r"sqs:ListQueues .* can't be told here"):
        narrow.list_queues()


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("ssm", "describe_parameters", "UnrecognizedClientException"),
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
    ],
)
def test_keys_of_others_are_refused(
    gateway: Gateway, service: str, operation: str, code: str
) -> None:
    stranger = Session().create_client(
        service,
        region_name=REGION,
        endpoint_url=gateway.url,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
    )
    with pytest.raises(ClientError) as refused:
        getattr(stranger, operation)()
    assert refused.value.response["Error"]["Code"] == code


def test_every_denial_is_kept_with_its_broken_link(
    gateway: Gateway, role: Make, client: Connect
) -> None:
    arn_of_role = role()
    with pytest.raises(ClientError):
        client(arn_of_role, "ssm").get_parameter(Name="/x")
    (denial,) = gateway.denials
    assert denial.role_arn == arn_of_role
    assert (denial.action, denial.resource) == ("ssm:GetParameter", arn("ssm", "parameter/x"))
    assert "no identity-based policy allows the ssm:GetParameter action" in denial.message


def test_a_mended_policy_works_without_a_restart(
    account: Account, role: Make, client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airflow_ecs.rehearsal.gateway.roles._FRESH", 0.0)
    broken = role()
    ssm = client(broken, "ssm")
    with pytest.raises(ClientError):
        ssm.describe_parameters()
    document = {"Version": "2012-10-17", "Statement": [allow("ssm:DescribeParameters", "*")]}
    policy = account.client("iam").create_policy(
        PolicyName=uuid.uuid4().hex, PolicyDocument=json.dumps(document)
    )["Policy"]["Arn"]
    name = broken.rpartition("/")[2]
    account.client("iam").attach_role_policy(RoleName=name, PolicyArn=policy)
    assert "Parameters" in ssm.describe_parameters()


def test_a_boundary_is_not_passed(account: Account, client: Connect, role: Make) -> None:
    allowed = role(allow("ssm:*", "*"))
    document = {"Version": "2012-10-17", "Statement": [allow("s3:*", "*")]}
    iam = account.client("iam")
    boundary = iam.create_policy(PolicyName=uuid.uuid4().hex, PolicyDocument=json.dumps(document))[
        "Policy"
    ]["Arn"]
    name = allowed.rpartition("/")[2]
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    with pytest.raises(ClientError, match="no permissions boundary allows the ssm:"):
        client(allowed, "ssm").describe_parameters()
