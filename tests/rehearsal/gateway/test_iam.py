"""Policies are read as IAM reads them."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_ecs.rehearsal.gateway.iam import Question, evaluate

READ = "ssm:GetParameter"
OWN = "arn:aws:ssm:eu-central-1:123456789012:parameter/own/a"


def statement(effect: str = "Allow", **given: Any) -> dict[str, Any]:
    target = {} if {"NotAction", "Action"} & given.keys() else {"Action": READ}
    place = {} if {"NotResource", "Resource"} & given.keys() else {"Resource": "*"}
    return {"Effect": effect, **target, **place, **given}


def decide(
    *statements: dict[str, Any],
    action: str = READ,
    resource: str | None = OWN,
    **context: list[str],
) -> bool:
    known = {key.replace("__", ":").replace("_", "-"): one for key, one in context.items()}
    question = Question(action=action, resource=resource, context=known)
    return evaluate([{"Statement": list(statements)}], question).allowed


def test_nothing_is_allowed_without_a_statement() -> None:
    assert not evaluate([], Question(action=READ, resource=OWN)).allowed


def test_an_explicit_deny_wins_wherever_it_stands() -> None:
    deny = statement("Deny", Resource="arn:aws:ssm:*:parameter/own/*")
    for statements in ([statement(), deny], [deny, statement()]):
        assert not decide(*statements)
        assert decide(*statements, resource=OWN.replace("own", "other"))


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("ssm:GetParameter", True),
        ("SSM:getparameter", True),
        ("ssm:Get*", True),
        ("ssm:GetParamete?", True),
        ("*", True),
        ("ssm:GetParameters", False),
        ("ssm:GetParamet", False),
        ("ssm:[G]etParameter", False),
    ],
)
def test_actions_have_wildcards_and_no_capitals(pattern: str, matches: bool) -> None:
    assert decide(statement(Action=[pattern, "s3:GetObject"])) is matches


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        (OWN, True),
        ("arn:aws:ssm:*", True),
        ("arn:aws:ssm:eu-central-1:123456789012:parameter/*", True),
        ("arn:aws:ssm:eu-central-?:123456789012:parameter/own/a", True),
        (OWN.upper(), False),
        (f"{OWN}/", False),
        ("arn:aws:ssm:eu-central-1:123456789012:parameter", False),
    ],
)
def test_resources_have_wildcards_and_capitals(pattern: str, matches: bool) -> None:
    assert decide(statement(Resource=[pattern])) is matches


def test_what_is_not_named_can_be_meant() -> None:
    assert not decide(statement(NotAction="ssm:*"))
    assert decide(statement(NotAction="s3:*"))
    assert not decide(statement(NotResource="*own*"))
    assert decide(statement(NotResource="*other*"))


def test_a_single_statement_needs_no_list() -> None:
    question = Question(action=READ, resource=OWN)
    assert evaluate([{"Statement": statement()}], question).allowed


def test_a_resource_that_cannot_be_told_needs_a_permission_on_everything() -> None:
    assert decide(statement(Resource="*"), resource=None)
    assert not decide(statement(Resource="arn:aws:ssm:*"), resource=None)
    assert not decide(statement(NotResource="arn:aws:s3:::*"), resource=None)
    # It may be the one that is denied.
    assert not decide(statement(), statement("Deny", Resource=OWN), resource=None)


CLUSTER = "arn:aws:ecs:eu-central-1:123456789012:cluster/airflow-dev"


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "holds"),
    [
        ("StringEquals", "logs/a", ["logs/a"], True),
        ("StringEquals", ["x", "logs/a"], ["logs/a"], True),
        ("StringEquals", "logs/*", ["logs/a"], False),
        ("StringEquals", "Logs/a", ["logs/a"], False),
        ("StringEqualsIgnoreCase", "Logs/a", ["logs/a"], True),
        ("StringNotEquals", ["logs/a", "b"], ["logs/a"], False),
        ("StringNotEquals", "b", ["logs/a"], True),
        ("StringLike", "logs/*", ["logs/a"], True),
        ("StringLike", "logs/*", ["other/a"], False),
        ("StringNotLike", "logs/*", ["other/a"], True),
        ("ArnEquals", CLUSTER, [CLUSTER], True),
        ("ArnLike", "arn:aws:ecs:*:*:cluster/airflow-*", [CLUSTER], True),
        ("ArnLike", "arn:aws:ecs:*:cluster/airflow-*", [CLUSTER], False),
        ("ArnNotLike", "arn:aws:ecs:*:*:cluster/other", [CLUSTER], True),
        ("Bool", "true", ["true"], True),
        ("Bool", True, ["false"], False),
        # Without a value only denials of one hold.
        ("StringEquals", "logs/a", [], False),
        ("StringEqualsIfExists", "logs/a", [], True),
        ("StringEqualsIfExists", "logs/a", ["b"], False),
        ("StringNotEquals", "logs/a", [], True),
        ("Null", "true", [], True),
        ("Null", "false", [], False),
        ("Null", "false", ["logs/a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a"], ["a", "b"], False),
        ("ForAllValues:StringEquals", ["a"], [], True),
        ("ForAnyValue:StringLike", ["a*"], ["b", "ab"], True),
        ("ForAnyValue:StringLike", ["a*"], [], False),
    ],
)
def test_conditions_hold_as_in_iam(
    operator: str, wanted: Any, value: list[str], holds: bool
) -> None:
    conditional = statement(Condition={operator: {"SSM:Key": wanted}})
    assert decide(conditional, ssm__Key=value) is holds


def test_all_conditions_must_hold() -> None:
    both = statement(Condition={"StringEquals": {"ssm:a": "1", "ssm:b": "2"}})
    assert decide(both, ssm__a=["1"], ssm__b=["2"])
    assert not decide(both, ssm__a=["1"], ssm__b=["3"])


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ({"NumericLessThan": {"ssm:a": "3"}}, "NumericLessThan"),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, "aws:SourceVpc"),
        ({"StringEquals": {"ssm:Policies": "x"}}, "ssm:Policies"),
        ({"StringLike": {"ssm:a": "${aws:username}/*"}}, r"${aws:username}"),
    ],
)
def test_a_condition_that_cannot_be_told_is_named_and_lets_nobody_in(
    condition: dict[str, Any], named: str
) -> None:
    question = Question(action=READ, resource=OWN, context={"ssm:a": ["x"]})
    for statements in (
        [statement(Condition=condition)],
        [statement(), statement("Deny", Condition=condition)],
    ):
        decision = evaluate([{"Statement": statements}], question)
        assert not decision.allowed
        assert named in decision.reason
    # Another statement still lets in.
    assert decide(statement(Condition=condition), statement(), ssm__a=["x"])


def test_a_key_of_another_service_is_absent() -> None:
    passed = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    assert not decide(statement(Condition={"StringEquals": passed}))
    assert decide(statement(Condition={"StringEqualsIfExists": passed}))
