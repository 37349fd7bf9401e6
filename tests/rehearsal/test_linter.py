"""What the SDK lets through is found, and what is right is left alone."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
import pytest

from airflow_ecs.rehearsal import linter


def service(**inputs):
    return lambda: aws.ecs.Service("web", **inputs)


def found(deploy, program, **how):
    recording = deploy(program, **how)
    return [sentence for one in recording.resources for sentence in linter.findings(one)]


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        (
            {"network_configuration": {"subnets": [], "security_group": []}},
            "network_configuration.security_group is no property of it; "
            "did you mean security_groups?",
        ),
        (
            {"network_configuration": {"subnets": [], "zebra": 1}},
            "network_configuration.zebra is no property of it; "
            "it takes assign_public_ip, security_groups, subnets.",
        ),
        (
            {"load_balancers": [{"container_name": "web", "target_group_arn": "arn"}]},
            "load_balancers[0].container_port is missing; it must be given.",
        ),
        ({"desired_count": "two"}, "desired_count must be a whole number, not a string."),
        (
            {"enable_execute_command": "true"},
            "enable_execute_command must be true or false, not a string.",
        ),
        ({"cluster": 5}, "cluster must be a string, not a whole number."),
        ({"tags": {"team": 5}}, 'tags["team"] must be a string, not a whole number.'),
        (
            {"network_configuration": {"subnets": ["a"], "assign_public_ip": 1}},
            "network_configuration.assign_public_ip must be true or false, not a whole number.",
        ),
        (
            {"network_configuration": {}},
            "network_configuration.subnets is missing; it must be given.",
        ),
    ],
)
def test_a_slip_inside_a_property_is_named(deploy, inputs, sentence):
    assert found(deploy, service(**inputs)) == [f'aws:ecs/service:Service "web": {sentence}']


def test_an_output_formatted_into_a_string_is_found_anywhere(deploy):
    def program():
        cluster = aws.ecs.Cluster("cluster")
        aws.ecs.Service("web", tags={"cluster": f"of {cluster.arn}"})

    assert found(deploy, program) == [
        'aws:ecs/service:Service "web": tags.cluster has an Output formatted into a string; '
        "use pulumi.Output.concat, format or apply."
    ]


def test_a_sentence_does_not_tell_a_value(deploy):
    def program():
        aws.ecs.Service("web", desired_count=pulumi.Output.secret("s3cret"))

    (sentence,) = found(deploy, program)
    assert "s3cret" not in sentence


def right() -> None:
    """Shapes that are easily taken for mistakes."""
    bucket = aws.s3.Bucket("bucket")
    # Its arguments are named BucketVersioningInitArgs.
    aws.s3.BucketVersioning(
        "versioning", bucket=bucket.id, versioning_configuration={"status": "Enabled"}
    )
    aws.cloudwatch.MetricAlarm(
        "alarm", comparison_operator="GreaterThanThreshold", evaluation_periods=1, threshold=5
    )
    aws.lambda_.Function(
        "function",
        role="role",
        runtime=aws.lambda_.Runtime.PYTHON3D12,
        code=pulumi.AssetArchive({"a.py": pulumi.StringAsset("pass")}),
        environment={"variables": {"KEY": "value"}},
    )
    aws.ecs.Service(
        "web",
        network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
            subnets=[aws.ec2.Subnet("subnet", vpc_id="vpc-1").id]
        ),
        capacity_provider_strategies=[{"capacity_provider": "FARGATE", "weight": 1}],
    )
    pulumi.ComponentResource("shop:index:Part", "part", {"any": {"thing": 1}})


@pytest.mark.parametrize("preview", [False, True])
def test_what_is_right_is_left_alone(deploy, preview):
    assert found(deploy, right, preview=preview) == []
