"""What a deployment shows is short, complete, and tells no secret."""

from __future__ import annotations

import io

import pulumi
import pulumi_aws as aws
import pytest

from airflow_ecs.rehearsal import look_around, outputs, tree
from airflow_ecs.rehearsal.progress import Progress


class Part(pulumi.ComponentResource):
    def __init__(self, name: str, **options) -> None:
        super().__init__("shop:index:Part", name, None, pulumi.ResourceOptions(**options))


def shop() -> None:
    whole = Part("shop")
    inside = pulumi.ResourceOptions(parent=whole)
    aws.ecs.Cluster("shop", name="shop", opts=inside)
    for number in range(12):
        aws.cloudwatch.LogGroup(f"shop-log-{number}", opts=inside)
    small = Part("shop-web", parent=whole)
    web = pulumi.ResourceOptions(parent=small)
    aws.ecs.Service("shop-web", opts=web)
    aws.iam.Role("shop-web-task", assume_role_policy="{}", opts=web)
    aws.iam.Role("shop-web-execution", assume_role_policy="{}", opts=web)


def test_the_tree_groups_by_component_and_type_and_shortens_names(deploy):
    assert tree.render(deploy(shop), title="shop/dev", width=54) == "\n".join(
        [
            "shop/dev",
            "└─ Part shop",
            "   ├─ ecs.Cluster              shop",
            "   ├─ cloudwatch.LogGroup x12  log-0, log-1, log-2,",
            "   │                           log-3, log-4, log-5,",
            "   │                           log-6, log-7, log-8,",
            "   │                           log-9, log-10, log-11",
            "   └─ Part web",
            "      ├─ ecs.Service  web",
            "      └─ iam.Role x2  task, execution",
        ]
    )


def test_a_small_component_takes_one_line_where_it_fits(deploy):
    drawn = tree.render(deploy(shop), title="shop/dev", width=100)
    assert "   └─ Part web: ecs.Service, iam.Role (task, execution)" in drawn


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_tree_shows_every_resource_at_any_width(deploy, width):
    recording = deploy(shop)
    drawn = tree.render(recording, title="", width=width)
    assert all(f"log-{number}" in drawn for number in range(12))
    assert tree.size(recording) == 16


def test_counts_tell_the_most_frequent_type_first(deploy):
    assert tree.counts(deploy(shop)).splitlines() == [
        "   12  cloudwatch.LogGroup",
        "    2  iam.Role",
        "    1  ecs.Cluster",
        "    1  ecs.Service",
    ]
    assert tree.summary(deploy(shop)) == "16 resources in 2 components"


@pytest.mark.parametrize(
    ("token", "short"),
    [
        ("aws:ecs/service:Service", "ecs.Service"),
        ("random:index/randomId:RandomId", "random.RandomId"),
        ("awsx:ec2:Vpc", "awsx.ec2.Vpc"),
        ("airflow-ecs:index:AirflowCluster", "AirflowCluster"),
        ("pulumi:providers:aws", "pulumi.providers.aws"),
    ],
)
def test_types_are_shortened_to_what_tells_them_apart(token, short):
    assert tree.short_type(token) == short


def test_outputs_show_no_secret_and_no_unknown_as_if_it_were_a_value(deploy):
    def program():
        pulumi.export("password", pulumi.Output.secret("s3cret"))
        pulumi.export("nested", {"deep": [pulumi.Output.secret("s3cret")]})
        pulumi.export("arns", {"web": aws.ecs.Cluster("c").arn, "n": 1})

    assert outputs.masked(deploy(program, preview=True)) == {
        "password": "[secret]",
        "nested": "[secret]",
        "arns": {"web": "[known after up]", "n": 1},
    }
    shown = outputs.render(outputs.masked(deploy(program)))
    assert "s3cret" not in shown
    assert "  password  [secret]" in shown
    assert "    n    1" in shown


def test_examples_name_what_was_created_and_there_are_always_three(deploy):
    recording = deploy(shop)
    assert look_around.commands(recording) == [
        "aws ecs list-services --cluster shop",
        "aws iam list-roles",
        "aws resourcegroupstaggingapi get-resources",
    ]
    assert len(look_around.commands(deploy(lambda: None))) == 3


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_a_line_for_each_resource_where_there_is_no_terminal(deploy):
    stream = io.StringIO()
    with Progress(stream, total=16) as progress:
        for declared in deploy(shop).resources[:4]:
            progress.show(declared)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "[ 1/16] ecs.Cluster shop"
    assert not any("Part" in line for line in lines)


def test_progress_stays_in_one_line_on_a_terminal_and_leaves_none(deploy):
    stream = Terminal()
    with Progress(stream, total=16) as progress:
        for declared in deploy(shop).resources:
            progress.show(declared)
    assert "\n" not in stream.getvalue()
    assert "[16/16]" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")
