from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.rules.endpoints import Endpoint, named_in

from .building import ARN, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from .building import Program


@pytest.mark.parametrize("edge", ["balancer-web", "web-worker", "web-database", "worker-broker"])
@pytest.mark.parametrize(("side", "word"), [("in", "ingress"), ("out", "egress")])
def test_every_call_needs_both_rules_of_its_edge(
    program: Program, edge: str, side: str, word: str
) -> None:
    program.remove(f"{edge}-{side}")

    sentence = one(program.violations())

    assert f"add an {word} rule" in sentence
    assert all(f"{part}-group" in sentence for part in edge.split("-"))


def test_a_name_in_cloud_map_leads_to_its_service(program: Program) -> None:
    program.remove("worker-web-in")

    sentence = one(program.violations())

    assert "it calls api-server.airflow.local:8080 by API_URL" in sentence


def test_an_edge_from_the_wrong_group_is_noticed(spoil: Callable[..., str]) -> None:
    sentence = spoil("worker-broker-in", referencedSecurityGroupId="web-group")

    assert "lets in port 6379 from worker-group" in sentence


def test_an_edge_on_the_wrong_port_is_noticed(spoil: Callable[..., str]) -> None:
    assert "lets in port 8793" in spoil("web-worker-in", fromPort=8794, toPort=8794)


def test_any_of_a_services_groups_may_carry_the_edge(program: Program) -> None:
    program.add("aws:ec2/securityGroup:SecurityGroup", "extra-group")
    network = program.declared["worker"].inputs["networkConfiguration"]
    both = {**network, "securityGroups": ["worker-group", "extra-group"]}
    program.change("worker", networkConfiguration=both)
    program.change("worker-broker-in", referencedSecurityGroupId="extra-group")

    assert program.violations() == []


@pytest.mark.parametrize(("block", "enough"), [("10.0.0.0/8", True), ("10.0.1.0/24", False)])
def test_a_block_is_an_edge_when_it_covers_the_network(
    program: Program, block: str, enough: bool
) -> None:
    program.change("worker-broker-in", referencedSecurityGroupId=None, cidrIpv4=block)

    assert (program.violations() == []) is enough


def test_a_rule_inside_its_group_counts(program: Program) -> None:
    program.remove("worker-broker-in")
    rule = {"protocol": "tcp", "fromPort": 6379, "toPort": 6379, "securityGroups": ["worker-group"]}
    program.change("broker-group", ingress=[rule])

    assert program.violations() == []


def test_the_rules_of_the_users_own_group_are_not_judged(program: Program) -> None:
    program.change("broker", securityGroupIds=["sg-of-the-user"])

    assert program.violations() == []


def test_a_wrong_port_in_a_setting_is_noticed(program: Program) -> None:
    setting = {"name": "API_URL", "value": "http://api-server.airflow.local:8081/"}
    program.change_container("worker-task", environment=[setting])

    assert "names port 8081 of api-server.airflow.local, and web listens on 8080" in one(
        program.violations()
    )


def test_a_name_that_nothing_has_is_noticed(program: Program) -> None:
    setting = {"name": "API_URL", "value": "http://webserver.airflow.local:8080/"}
    program.change_container("worker-task", environment=[setting])

    assert "nothing has that name in the namespace airflow.local" in one(program.violations())


def test_the_address_for_browsers_is_called_by_no_process(program: Program) -> None:
    setting = {"name": "AIRFLOW__API__BASE_URL", "value": "http://balancer.elb.amazonaws.com"}
    program.change_container("worker-task", environment=[setting])

    assert program.violations() == []


def test_a_call_to_the_balancer_needs_its_edge(program: Program) -> None:
    setting = {"name": "WEB_URL", "value": "http://balancer.elb.amazonaws.com"}
    program.change_container("worker-task", environment=[setting])

    sentences = program.violations()

    assert len(sentences) == 2
    assert "lets in port 80 from worker-group" in sentences[0]


@pytest.mark.parametrize("groups", [["web-group"], ["worker-group"]])
def test_a_task_that_a_function_starts_makes_its_calls_too(
    program: Program, groups: list[str]
) -> None:
    network = {"subnets": ["private-a", "private-b"], "securityGroups": groups}
    event = {"task_definition": ARN.format("ecs", "web-task"), "network": network}
    program.add("aws:lambda/invocation:Invocation", "run", {"input": json.dumps(event)})

    calls = [one for one in program.violations() if "calls db.rds.amazonaws.com:5432" in one]

    # The web group may call the database, and the worker group may not.
    assert len(calls) == (0 if groups == ["web-group"] else 2)


@pytest.mark.parametrize(
    ("settings", "host", "port"),
    [
        ({"A": "postgresql+psycopg2://u:p@db.local/x"}, "db.local", 5432),
        ({"A": "db+postgresql://u:p%40@db.local:6000/x"}, "db.local", 6000),
        ({"A": "rediss://:p@cache.local:6379/0?ssl_cert_reqs=CERT_REQUIRED"}, "cache.local", 6379),
        ({"A": '{"url": "http://api.local:8080/x"}'}, "api.local", 8080),
        ({"A": "statsd.local:8125"}, "statsd.local", 8125),
        ({"SMTP_HOST": "mail.local", "SMTP_PORT": "587"}, "mail.local", 587),
    ],
)
def test_hosts_are_found_however_they_are_written(
    settings: dict[str, str], host: str, port: int
) -> None:
    name = next(iter(settings))

    assert list(named_in(settings)) == [Endpoint(setting=name, host=host, port=port)]


@pytest.mark.parametrize("value", ["12:30", "a sentence", "s3://bucket/path", "10:00"])
def test_what_is_no_host_is_left_alone(value: str) -> None:
    assert [one for one in named_in({"A": value}) if not one.host.isdigit()] == []
