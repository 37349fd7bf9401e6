"""A program runs as it would under the Pulumi CLI, and leaves no trace in this process."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx
import pulumi_random as random
import pytest

from airflow_ecs.rehearsal.declared import UNKNOWN, Created, RehearsalError
from airflow_ecs.rehearsal.placeholders import Placeholders
from airflow_ecs.rehearsal.program import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.declared import Declared

PARAMETER = "aws:ssm/parameter:Parameter"


class Part(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("shop:index:Part", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.parameter = parameter(f"{name}-parameter", opts=child)
        self.register_outputs({"arn": self.parameter.arn})


def parameter(name: str, value: Any = "x", **options: Any) -> aws.ssm.Parameter:
    return aws.ssm.Parameter(name, type="String", value=value, **options)


# What is declared.


def test_parents_options_and_types_are_recorded_as_they_were_asked_for(deploy):
    def program():
        part = Part("part")
        parameter(
            "kept",
            opts=pulumi.ResourceOptions(
                parent=part,
                protect=True,
                retain_on_delete=True,
                delete_before_replace=True,
                ignore_changes=["value", "allowed_pattern"],
                aliases=[pulumi.Alias(name="old"), "urn:pulumi:a::b::c::d"],
            ),
        )

    recording = deploy(program)
    kept = recording.one(PARAMETER, "kept")
    assert kept.custom
    assert not kept.remote
    assert kept.protect
    assert kept.retain_on_delete
    assert kept.delete_before_replace
    assert kept.ignore_changes == ("value", "allowedPattern")
    assert kept.aliases == (
        f"urn:pulumi:test::project::shop:index:Part${PARAMETER}::old",
        "urn:pulumi:a::b::c::d",
    )
    assert kept.parent == recording.one("shop:index:Part", "part").urn
    assert kept.urn == f"urn:pulumi:test::project::shop:index:Part${PARAMETER}::kept"


def test_protection_of_a_component_is_recorded_on_the_component_alone(deploy):
    recording = deploy(lambda: Part("part", pulumi.ResourceOptions(protect=True)))
    assert recording.one("shop:index:Part", "part").protect


def test_components_are_branches_and_register_their_outputs(deploy):
    recording = deploy(lambda: Part("part"))
    (part,) = recording.children(recording.root)
    assert not part.custom
    (inner,) = recording.children(part.urn)
    arn = recording.created[inner.urn].outputs["arn"]
    assert recording.component_outputs[part.urn] == {"arn": arn}


def test_dependencies_are_known_explicit_and_by_property(deploy):
    def program():
        first = parameter("first")
        second = parameter("second")
        parameter("third", first.arn, opts=pulumi.ResourceOptions(depends_on=[second]))

    recording = deploy(program)
    first, second = recording.one(PARAMETER, "first"), recording.one(PARAMETER, "second")
    assert recording.one(PARAMETER, "third").dependencies == {first.urn, second.urn}


def test_whole_numbers_stay_whole_and_fractions_stay_fractions(deploy):
    def program():
        aws.ecs.Service("web", desired_count=2)
        aws.cloudwatch.MetricAlarm(
            "cpu", comparison_operator="GreaterThanThreshold", evaluation_periods=1, threshold=0.5
        )

    recording = deploy(program)
    count = recording.one("aws:ecs/service:Service", "web").inputs["desiredCount"]
    assert (count, type(count)) == (2, int)
    (alarm,) = recording.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarm.inputs["threshold"] == 0.5


def test_a_resource_given_as_a_value_is_its_id(deploy):
    def program():
        aws.ec2.RouteTable("routes", vpc_id=aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16"))

    recording = deploy(program)
    vpc = recording.created[recording.one("aws:ec2/vpc:Vpc", "vpc").urn]
    routes = recording.one("aws:ec2/routeTable:RouteTable", "routes")
    assert routes.inputs["vpcId"] == vpc.id


def test_assets_arrive_as_plain_maps(deploy):
    code = pulumi.AssetArchive(
        {"handler.py": pulumi.StringAsset("pass"), "data": pulumi.FileArchive("data.zip")}
    )
    recording = deploy(
        lambda: aws.lambda_.Function("f", role="r", code=code, opts=pulumi.ResourceOptions())
    )
    assert recording.one("aws:lambda/function:Function", "f").inputs["code"] == {
        "assets": {"handler.py": {"text": "pass"}, "data": {"path": "data.zip"}}
    }


def test_a_remote_component_is_one_resource_and_answers_with_its_outputs(deploy):
    def program():
        vpc = awsx.ec2.Vpc(
            "net", number_of_availability_zones=2, nat_gateways={"strategy": "Single"}
        )
        pulumi.export("subnets", vpc.private_subnet_ids)

    for preview in (False, True):
        recording = deploy(program, preview=preview)
        assert recording.one("awsx:ec2:Vpc", "net").remote
    assert recording.outputs["subnets"] is UNKNOWN
    assert len(deploy(program).outputs["subnets"]) == 2


def test_one_name_twice_is_refused_as_the_engine_does(deploy):
    with pytest.raises(RehearsalError, match=r"Duplicate resource URN '.*::twice'"):
        deploy(lambda: [parameter("twice"), parameter("twice")])


def test_a_question_for_a_missing_resource_says_which_there_are(deploy):
    recording = deploy(lambda: [parameter("a"), parameter("b")])
    with pytest.raises(LookupError, match=f'no {PARAMETER} named "c".*there are: a, b'):
        recording.one(PARAMETER, "c")


# Secrets.


def test_a_secret_is_marked_in_inputs_and_outputs_and_nothing_else_is(deploy):
    def program():
        secret = pulumi.Output.secret("s3cret")
        one = parameter("secret", secret)
        aws.ecs.TaskDefinition(
            "task",
            family="task",
            container_definitions=pulumi.Output.json_dumps([{"password": secret}]),
        )
        pulumi.export("value", one.value)
        pulumi.export("nested", {"a": [secret]})
        pulumi.export("name", one.name)

    recording = deploy(program)
    assert recording.one(PARAMETER, "secret").secrets == {"value"}
    assert recording.one(PARAMETER, "secret").inputs["value"] == "s3cret"
    (task,) = recording.of("aws:ecs/taskDefinition:TaskDefinition")
    assert task.secrets == {"containerDefinitions"}
    assert recording.secret_outputs == {"value", "nested"}
    assert recording.outputs["nested"] == {"a": ["s3cret"]}


def test_an_output_that_its_resource_calls_secret_is_secret(deploy):
    def program():
        password = random.RandomPassword("password", length=20)
        parameter("stored", password.result)

    assert deploy(program).one(PARAMETER, "stored").secrets == {"value"}


def test_configuration_is_secret_where_it_was(deploy):
    def program():
        config = pulumi.Config()
        parameter("stored", config.require_secret("password"))
        pulumi.export("size", config.require_int("size"))

    recording = deploy(program, config={"password": "s3cret", "project:size": "3"})
    assert recording.one(PARAMETER, "stored").secrets == {"value"}
    assert recording.outputs == {"size": 3}


# Preview and update.


def test_a_property_without_an_answer_stands_in_on_update_and_is_unknown_in_preview(deploy):
    def program():
        repository = aws.ecr.Repository("images")
        task = aws.ecs.TaskDefinition("task", family="task", container_definitions="[]")
        pulumi.export("image", pulumi.Output.concat(repository.repository_url, ":1"))
        pulumi.export("revision", task.revision)
        pulumi.export("limits", repository.encryption_configurations)

    update = deploy(program).outputs
    assert update["image"] == "placeholder-images-repositoryUrl:1"
    assert isinstance(update["revision"], int)
    # The SDK declares it optional: after a deployment too it may be absent.
    assert "limits" not in update
    assert deploy(program, preview=True).outputs["image"] is UNKNOWN


def test_a_resource_in_apply_is_seen_as_a_difference_of_preview_and_update(deploy):
    def program():
        first = parameter("first")
        first.arn.apply(lambda arn: parameter("hidden", arn))

    def declared(preview):
        return {one.urn for one in deploy(program, preview=preview).resources}

    (hidden,) = declared(preview=False) - declared(preview=True)
    assert hidden.endswith("::hidden")


def test_what_the_cloud_answers_wins_over_a_stand_in():
    class Cloud(Placeholders):
        def create(self, declared: Declared) -> Created:
            return Created(id="real", outputs={"arn": "arn:real"})

    def program():
        one = parameter("one")
        pulumi.export("arn", one.arn)
        pulumi.export("id", one.id)

    assert run(program, cloud=Cloud()).outputs == {"arn": "arn:real", "id": "real"}


def test_look_ups_are_answered_plain_and_as_outputs(deploy):
    def program():
        pulumi.export("plain", aws.get_region().region)
        subnet = aws.ec2.get_subnet_output(id=pulumi.Output.from_input("subnet-public-2"))
        pulumi.export("zone", subnet.availability_zone)

    assert deploy(program).outputs == {"plain": "eu-west-1", "zone": "eu-west-1b"}


def test_a_child_of_a_remote_component_is_asked_of_the_cloud():
    urn = "urn:pulumi:test::project::awsx:ec2:Vpc$aws:ec2/vpc:Vpc::net"
    reference = {
        pulumi.runtime.rpc._special_sig_key: pulumi.runtime.rpc._special_resource_sig,
        "urn": urn,
        "id": "vpc-1",
    }

    class Cloud(Placeholders):
        def create(self, declared: Declared) -> Created:
            return Created(id="", outputs={"vpc": reference})

        def invoke(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
            assert (token, arguments) == ("pulumi:pulumi:getResource", {"urn": urn})
            return {"urn": urn, "id": "vpc-1", "state": {"cidrBlock": "10.0.0.0/16"}}

    def program():
        pulumi.export("cidr", awsx.ec2.Vpc("net").vpc.cidr_block)

    assert run(program, cloud=Cloud()).outputs == {"cidr": "10.0.0.0/16"}


# What goes wrong.


class Refusing(Placeholders):
    def create(self, declared: Declared) -> Created:
        if declared.name == "refused":
            raise RehearsalError("a value is too long.")
        if declared.name == "broken":
            raise KeyError("bug")
        return super().create(declared)


def test_a_refusal_names_the_resource():
    with pytest.raises(RehearsalError, match=f'^{PARAMETER} "refused": a value is too long.$'):
        run(lambda: parameter("refused"), cloud=Refusing())


def test_a_bug_of_the_cloud_keeps_its_traceback_and_names_the_resource():
    with pytest.raises(KeyError, match="bug") as caught:
        run(lambda: parameter("broken"), cloud=Refusing())
    assert caught.value.__notes__ == [f'This happened while creating {PARAMETER} "broken".']


def fail() -> None:
    raise pulumi.RunError("the zone is not yours")


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (fail, "the zone is not yours"),
        (lambda: pulumi.Config().require("zone"), "Missing required .* 'project:zone'"),
        (lambda: parameter("a").arn.apply(lambda _: fail()), "the zone is not yours"),
        (lambda: aws.iam.get_user(user_name="x"), "no made-up answer for .*getUser"),
        (lambda: aws.ec2.Vpc.get("vpc", "vpc-1"), "reads an existing aws:ec2/vpc:Vpc"),
        (lambda: pulumi.StackReference("o/p/s"), 'outputs of another stack, "o/p/s"'),
        (
            lambda: parameter("a", opts=pulumi.ResourceOptions(transforms=[lambda _: None])),
            '"a" has transforms',
        ),
        (
            lambda: pulumi.runtime.register_resource_transform(lambda _: None),
            "registers a resource transform",
        ),
    ],
)
def test_what_the_program_can_not_do_comes_out_as_a_sentence(deploy, program, sentence):
    with pytest.raises(RehearsalError, match=sentence):
        deploy(program)


def test_a_bug_of_the_program_keeps_its_traceback(deploy):
    def program():
        parameter("a").arn.apply(lambda arn: arn.missing)

    with pytest.raises(AttributeError) as caught:
        deploy(program)
    assert "test_program.py" in str(caught.traceback[-1].path)


def test_what_the_program_says_is_kept(deploy):
    recording = deploy(lambda: pulumi.warn("plain HTTP"))
    assert recording.messages == [("warning", "plain HTTP")]


# Isolation.


def test_runs_know_nothing_of_each_other(deploy):
    def program(name):
        parameter(name)
        pulumi.export(name, pulumi.Config().get("key"))

    first = deploy(lambda: program("one"), config={"key": "1"})
    second = deploy(lambda: program("two"))
    assert [one.name for one in second.resources] == ["two"]
    assert (first.outputs, second.outputs) == ({"one": "1"}, {})


def test_a_failed_run_leaves_nothing_to_the_next(deploy):
    with pytest.raises(RehearsalError):
        deploy(lambda: [parameter("a"), fail()])
    assert deploy(lambda: parameter("a")).of(PARAMETER)


def test_a_run_can_be_repeated_exactly(deploy):
    def program():
        for number in range(20):
            Part(f"part-{number}")

    assert deploy(program).resources == deploy(program).resources


def test_a_project_runs_in_its_folder_and_leaves_no_trace(project):
    folder = project(
        {
            "__main__.py": """\
                import os
                import sys
                import colorsys
                import pulumi
                import settings
                from parts.first import NAME
                pulumi.export("folder", os.getcwd())
                pulumi.export("names", [settings.NAME, NAME])
            """,
            "settings.py": "NAME = 'own'",
            "parts/first.py": "NAME = 'part'",
        }
    )
    before = os.getcwd(), list(sys.path), list(sys.argv)
    stand_in = type(sys)("settings")
    sys.modules["settings"] = stand_in
    try:
        recording = run(folder, cloud=Placeholders())
        assert sys.modules["settings"] is stand_in
    finally:
        del sys.modules["settings"]
    assert recording.outputs == {"folder": str(folder), "names": ["own", "part"]}
    assert recording.sources == (
        folder / "__main__.py",
        folder / "parts/first.py",
        folder / "settings.py",
    )
    assert (os.getcwd(), sys.path, sys.argv) == before
    assert "parts" not in sys.modules
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


def test_the_same_project_runs_anew_after_a_change(project):
    program = {"__main__.py": "import pulumi, names\npulumi.export('n', names.N)"}
    assert run(project({**program, "names.py": "N = 1"}), cloud=Placeholders()).outputs == {"n": 1}
    changed = {**program, "names.py": "N = 'two'"}
    assert run(project(changed), cloud=Placeholders()).outputs == {"n": "two"}


def test_a_folder_without_a_program_is_a_sentence(tmp_path):
    with pytest.raises(RehearsalError, match=r"__main__\.py does not exist"):
        run(tmp_path, cloud=Placeholders())
