"""From a push to a release: the projects, what they run, and what they may do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from tests.components.conftest import container, environment, statements

# What few deployments have: with those of all, the fast tests would be slow.
pytestmark = pytest.mark.slow

CONNECTION = "arn:aws:codeconnections:eu-west-1:123456789012:connection/c-1"
IMAGE = {"repository": "https://github.com/team/platform"}
DAGS = {"repository": "https://github.com/team/dags", "destination": "s3://dags-dev/airflow"}
GATE = {"project": "team_dags", "organization": "team", "token_parameter": "/sonar/token"}


def pipelines(**wanted: Any) -> dict[str, Any]:
    return {"connection_arn": CONNECTION, **wanted}


def project(cloud: Any, name: str) -> dict[str, Any]:
    return dict(cloud.one("aws:codebuild/project:Project", f"airflow-{name}").inputs)


def phases(cloud: Any, name: str) -> dict[str, Any]:
    return dict(json.loads(project(cloud, name)["source"]["buildspec"])["phases"])


def commands(cloud: Any, name: str) -> list[str]:
    with_commands = {part: one for part, one in phases(cloud, name).items() if "commands" in one}
    # After a failure CodeBuild goes on with the next phase.
    assert list(with_commands) == ["build"]
    return list(with_commands["build"]["commands"])


def steps(cloud: Any, name: str) -> list[str]:
    """The steps of a build, in their order."""
    words = " ".join(commands(cloud, name)).replace('"', " ").split()
    return [word.rpartition("/")[2] for word in words if word.endswith((".sh", ".py"))]


def variables(cloud: Any, name: str) -> dict[str, tuple[str, str]]:
    environment = project(cloud, name)["environment"]["environmentVariables"]
    return {one["name"]: (one["type"], one["value"]) for one in environment}


def allowed(cloud: Any, name: str) -> dict[str, list[str]]:
    """The resources by action."""
    found: dict[str, list[str]] = {}
    for statement in statements(cloud, f"airflow-{name}"):
        for action in statement["Action"]:
            found.setdefault(action, []).extend(statement["Resource"])
    return found


def test_without_the_setting_there_is_no_pipeline(airflow) -> None:
    assert airflow().of("aws:codebuild/project:Project") == []


def test_a_push_to_the_branch_starts_a_build_whose_status_is_on_the_commit(airflow) -> None:
    cloud = airflow(pipelines=pipelines(image=IMAGE | {"branch": "release/1.0"}))
    source = project(cloud, "image-pipeline")["source"]
    assert source["reportBuildStatus"] is True
    assert source["auth"] == {"type": "CODECONNECTIONS", "resource": CONNECTION}
    webhook = cloud.one("aws:codebuild/webhook:Webhook", "airflow-image-pipeline").inputs
    (group,) = webhook["filterGroups"]
    assert group["filters"] == [
        {"type": "EVENT", "pattern": "PUSH"},
        {"type": "HEAD_REF", "pattern": r"^refs/heads/release/1\.0$"},
    ]


def test_an_image_is_released_after_its_scan_and_in_its_turn(airflow) -> None:
    cloud = airflow(pipelines=pipelines(image=IMAGE | {"fail_on": "high"}))
    assert steps(cloud, "image-pipeline") == [
        "build_image.sh",
        "scan_image.py",
        "take_turn.py",
        "release_image.py",
    ]
    assert "--fail-on HIGH" in commands(cloud, "image-pipeline")[2]


def test_dags_are_released_after_their_tests_their_check_and_the_gate(airflow) -> None:
    cloud = airflow(pipelines=pipelines(dags=DAGS | {"gate": GATE}))
    assert steps(cloud, "dag-pipeline") == [
        *("run_in_image.sh", "run_tests.py"),
        *("run_in_image.sh", "check_dags.py"),
        "check_quality.py",
        "take_turn.py",
        "release_to_s3.py",
    ]
    # What the scanner runs on.
    assert phases(cloud, "dag-pipeline")["install"] == {"runtime-versions": {"nodejs": 22}}
    found = variables(cloud, "dag-pipeline")
    assert found["TARGET"] == ("PLAINTEXT", "s3://dags-dev/airflow")
    assert found["SONAR_TOKEN"] == ("PARAMETER_STORE", "/sonar/token")
    assert found["IMAGE"] == ("PLAINTEXT", container(cloud, "web")["image"])


def test_dags_are_tested_with_the_variables_of_the_deployment(airflow) -> None:
    cloud = airflow(pipelines=pipelines(dags=DAGS), extra_environment={"WAREHOUSE": "wh-1"})
    kind, value = variables(cloud, "dag-pipeline")["DAG_ENVIRONMENT"]
    told = json.loads(value)
    assert (kind, told.pop("WAREHOUSE")) == ("PLAINTEXT", "wh-1")
    assert {told.pop(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION")} == {"eu-west-1"}
    deployed = environment(cloud, "worker")
    assert told == {
        name: deployed[name]
        for name in ("ENVIRONMENT", "LOG_LEVEL", "DOCKER_ADDRESS", "PARAMETER_PATH")
    }


def test_without_a_destination_releases_go_where_the_deployment_has_its_dags(airflow) -> None:
    own = {"repository": DAGS["repository"]}
    in_s3 = {"source": "s3", "bucket": "team-dags", "releases": True}
    cloud = airflow(pipelines=pipelines(dags=own), dags=in_s3)
    assert variables(cloud, "dag-pipeline")["TARGET"] == ("PLAINTEXT", "s3://team-dags/dags")
    may = allowed(cloud, "dag-pipeline")
    assert "arn:aws:s3:::team-dags/dags/*" in may["s3:PutObject"]


def test_a_release_to_the_file_system_is_a_task_that_alone_may_write_there(airflow) -> None:
    own = {"repository": DAGS["repository"]}
    cloud = airflow(pipelines=pipelines(dags=own), dags={"source": "efs", "releases": True})
    assert steps(cloud, "dag-pipeline")[-1] == "release_to_efs.py"
    parameter = cloud.one("aws:ssm/parameter:Parameter", "airflow-dag-release").inputs
    assert variables(cloud, "dag-pipeline")["TARGET"] == ("PLAINTEXT", parameter["name"])
    target = json.loads(parameter["value"])
    assert target["container"] == "dag-release"
    assert target["network"]["assignPublicIp"] == "DISABLED"
    services = ("dag-processor", "triggerer", "worker", "dag-release")
    mounted = {one: container(cloud, one)["mountPoints"][0]["readOnly"] for one in services}
    assert mounted == dict.fromkeys(services[:3], True) | {"dag-release": False}
    writers = [
        one
        for one in ("web", "scheduler", *services)
        if "elasticfilesystem:ClientWrite" in allowed(cloud, f"{one}-task")
    ]
    assert writers == ["dag-release"]


def test_the_task_that_releases_dags_follows_releases_of_the_image(airflow) -> None:
    own = {"repository": DAGS["repository"]}
    cloud = airflow(
        pipelines=pipelines(image=IMAGE, dags=own), dags={"source": "efs", "releases": True}
    )
    family = "airflow-dev-dag-release"
    told = [
        json.loads(cloud.one("aws:ssm/parameter:Parameter", f"airflow-{name}").inputs["value"])
        for name in ("image-pipeline", "dag-release")
    ]
    assert (told[0]["runners"], told[1]["task_definition"]) == ([family], family)
    arn = f"arn:aws:ecs:eu-west-1:123456789012:task-definition/{family}:*"
    may = allowed(cloud, "image-pipeline")
    assert arn in may["ecs:RegisterTaskDefinition"]
    assert arn in allowed(cloud, "dag-pipeline")["ecs:RunTask"]
    roles = {
        cloud.created[cloud.one("aws:iam/role:Role", f"airflow-dag-release-{kind}").urn].outputs[
            "arn"
        ]
        for kind in ("execution", "task")
    }
    assert roles <= set(may["iam:PassRole"])


def test_without_a_gate_none_is_asked(airflow) -> None:
    cloud = airflow(pipelines=pipelines(dags=DAGS))
    assert "check_quality.py" not in steps(cloud, "dag-pipeline")
    assert "SONAR_TOKEN" not in variables(cloud, "dag-pipeline")
    assert "install" not in phases(cloud, "dag-pipeline")


def test_what_a_user_writes_is_one_word_of_a_command(airflow) -> None:
    cloud = airflow(pipelines=pipelines(dags=DAGS | {"folder": "my dags; true"}))
    assert commands(cloud, "dag-pipeline")[3].endswith("check_dags.py 'my dags; true'")


def test_a_release_is_told_of_every_service_of_the_image_and_of_the_migration(airflow) -> None:
    cloud = airflow(pipelines=pipelines(image=IMAGE), broker={"kind": "fargate"})
    parameter = cloud.one("aws:ssm/parameter:Parameter", "airflow-image-pipeline").inputs
    assert variables(cloud, "image-pipeline")["TARGET"] == ("PLAINTEXT", parameter["name"])
    target = json.loads(parameter["value"])
    # Redis has an image of its own, and a worker may drain for hours.
    assert target["services"] == {
        "airflow-dev-web": True,
        "airflow-dev-scheduler": True,
        "airflow-dev-dag-processor": True,
        "airflow-dev-triggerer": True,
        "airflow-dev-worker": False,
    }
    invocation = cloud.one("aws:lambda/invocation:Invocation", "airflow-migration").inputs
    (migration,) = target["migrations"]
    assert migration["event"] == json.loads(invocation["input"])
    assert migration["function"] == invocation["functionName"]
    assert target["image_parameter"] == "/airflow/dev/image/uri"


def test_a_release_to_a_single_container_has_no_migration_before_it(airflow) -> None:
    cloud = airflow(
        pipelines=pipelines(image=IMAGE),
        executor="standalone",
        ingress={"allowed_cidrs": ["203.0.113.7/32"]},
    )
    parameter = cloud.one("aws:ssm/parameter:Parameter", "airflow-image-pipeline").inputs
    target = json.loads(parameter["value"])
    assert list(target["services"]) == ["airflow-dev-standalone"]
    assert target["migrations"] == []
    assert "lambda:InvokeFunction" not in allowed(cloud, "image-pipeline")


def test_a_build_of_the_image_may_change_no_more_than_it_releases(airflow) -> None:
    found = allowed(airflow(pipelines=pipelines(image=IMAGE)), "image-pipeline")
    arn = "arn:aws:{}:eu-west-1:123456789012:{}"
    families = ("web", "scheduler", "dag-processor", "triggerer", "worker")
    assert found["ecs:UpdateService"] == [
        arn.format("ecs", f"service/airflow-dev/airflow-dev-{family}") for family in families
    ]
    assert found["ecs:RegisterTaskDefinition"] == [
        arn.format("ecs", f"task-definition/airflow-dev-{family}:*")
        for family in (*families, "migration")
    ]
    assert found["ssm:PutParameter"] == [arn.format("ssm", "parameter/airflow/dev/image/uri")]
    assert len(found["iam:PassRole"]) == 12
    wildcards = {action for action, resources in found.items() if "*" in resources}
    assert wildcards == {
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
        "inspector2:ListFindings",
        "inspector2:ListCoverage",
    }


def test_a_build_of_dags_may_change_nothing_but_its_place_in_s3(airflow) -> None:
    found = allowed(airflow(pipelines=pipelines(dags=DAGS | {"gate": GATE})), "dag-pipeline")
    assert found["s3:PutObject"] == ["arn:aws:s3:::dags-dev/airflow/*"]
    assert found["ssm:GetParameters"] == [
        "arn:aws:ssm:eu-west-1:123456789012:parameter/sonar/token"
    ]
    assert not [action for action in found if action.startswith(("ecs:", "lambda:", "iam:"))]


def test_builds_fetch_the_steps_of_this_package_and_log_where_logs_end(airflow) -> None:
    cloud = airflow(pipelines=pipelines(dags=DAGS))
    made = project(cloud, "dag-pipeline")
    (second,) = made["secondarySources"]
    archive = cloud.one("aws:s3/bucketObjectv2:BucketObjectv2", "airflow-pipelines").inputs
    assert second["sourceIdentifier"] == "steps"
    assert second["location"].endswith(f"/{archive['key']}")
    group = made["logsConfig"]["cloudwatchLogs"]["groupName"]
    log = cloud.one("aws:cloudwatch/logGroup:LogGroup", "airflow-dag-pipeline").inputs
    assert group == log["name"]
    assert log["retentionInDays"] == 30


def test_an_image_of_the_pipeline_is_the_one_that_it_released(airflow) -> None:
    cloud = airflow(image={"source": "pipeline"}, pipelines=pipelines(image=IMAGE, dags=DAGS))
    assert cloud.of("docker:index/image:Image") == []
    assert cloud.one("aws:ecr/repository:Repository", "airflow-image")
    images = {container(cloud, service)["image"] for service in ("web", "worker", "migration")}
    assert len(images) == 1
    assert images.pop().startswith("123456789012.dkr.ecr.eu-west-1.amazonaws.com/made-up@sha256:")
    found = variables(cloud, "dag-pipeline")
    assert found["IMAGE"] == ("PARAMETER_STORE", "/airflow/dev/image/uri")


def test_turning_to_the_pipelines_image_keeps_the_repository(airflow) -> None:
    wanted = pipelines(image=IMAGE)
    before, after = (
        airflow(image={"source": source}, pipelines=wanted).one(
            "aws:ecr/repository:Repository", "airflow-image"
        )
        for source in ("build", "pipeline")
    )
    assert (before.urn, before.inputs) == (after.urn, after.inputs)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ({"image": {"source": "pipeline"}}, "there is no image pipeline; write pipelines.image"),
        (
            {"image": {"uri": "ghcr.io/a/b:1"}, "pipelines": pipelines(image=IMAGE)},
            "image.uri names an image that exists, and pipelines.image would build another",
        ),
        (
            {"image": {"source": "pipeline", "base": "x"}, "pipelines": pipelines(image=IMAGE)},
            "image.base describes another build",
        ),
        ({"image": {"source": "other"}}, "write build or pipeline"),
        (
            {"pipelines": {"image": IMAGE}},
            "pipelines.connection_arn is None, which is not the ARN of a connection",
        ),
        (
            {"pipelines": pipelines(dags=DAGS | {"repository": "git@github.com:a/b.git"})},
            "pipelines.dags.repository is 'git@github.com:a/b.git'",
        ),
        (
            {"pipelines": pipelines(dags=DAGS | {"destination": "/dags"})},
            "pipelines.dags.destination is '/dags'; write a place in S3",
        ),
        (
            {"pipelines": pipelines(image=IMAGE | {"fail_on": "minor"})},
            "pipelines.image.fail_on is 'minor'",
        ),
        (
            {"pipelines": pipelines(dags=DAGS | {"gate": {"project": "p"}})},
            "pipelines.dags.gate.token_parameter is missing",
        ),
        ({"pipelines": pipelines(image=IMAGE | {"brunch": "x"})}, "did you mean branch?"),
    ],
)
def test_a_mistake_is_a_sentence_that_names_its_key(airflow, args: Any, sentence: str) -> None:
    with pytest.raises(RehearsalError) as raised:
        airflow(**args)
    assert sentence in str(raised.value)
