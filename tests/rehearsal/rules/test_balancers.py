from __future__ import annotations

from typing import TYPE_CHECKING

from .building import ARN, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from .building import Program


def test_a_balancer_needs_two_subnets(spoil: Callable[..., str]) -> None:
    assert "it is in 1 subnet, and a load balancer needs two" in spoil(
        "balancer", subnets=["private-a"]
    )


def test_a_balancer_needs_two_zones(spoil: Callable[..., str]) -> None:
    assert "all in the zone number 1" in spoil("balancer", subnets=["private-a", "public-a"])


def test_a_balancer_takes_one_subnet_of_a_zone(spoil: Callable[..., str]) -> None:
    three = ["private-a", "private-b", "public-a"]
    assert "its 3 subnets are in 2 zones" in spoil("balancer", subnets=three)


def test_the_zones_of_single_subnets_are_known_too(program: Program) -> None:
    for name in ("one", "two"):
        program.add(
            "aws:ec2/subnet:Subnet", name, {"vpcId": "vpc-2", "availabilityZone": "eu-west-1a"}
        )
    program.change("balancer", subnets=["one", "two"])

    assert "all in the zone eu-west-1a" in one(program.violations())


def test_nothing_is_said_about_the_users_own_subnets(program: Program) -> None:
    program.change("balancer", subnets=["subnet-1", "subnet-2"])

    assert program.violations() == []


def test_https_needs_a_certificate(spoil: Callable[..., str]) -> None:
    assert "protocol is HTTPS without a certificate" in spoil("listener", protocol="HTTPS")


def test_http_has_no_use_for_a_certificate(spoil: Callable[..., str]) -> None:
    assert "it has a certificate, and protocol is HTTP" in spoil("listener", certificateArn="arn")


def test_two_rules_of_one_priority_are_refused(program: Program) -> None:
    program.add(
        "aws:lb/listenerRule:ListenerRule",
        "other",
        {"listenerArn": ARN.format("lb", "listener"), "priority": 1},
    )

    assert "its priority 1 is that of" in one(program.violations())


def test_two_listeners_on_one_port_are_refused(program: Program) -> None:
    balancer = program.declared["listener"].inputs["loadBalancerArn"]
    program.add("aws:lb/listener:Listener", "other", {"loadBalancerArn": balancer, "port": 80})

    assert "its port 80 is that of" in one(program.violations())


def test_a_rule_holds_five_values(spoil: Callable[..., str]) -> None:
    hosts = [f"{number}.internal" for number in range(6)]

    assert "have 6 values, and a rule holds 5" in spoil(
        "rule", conditions=[{"hostHeader": {"values": hosts}}]
    )


def test_a_priority_has_its_limit(spoil: Callable[..., str]) -> None:
    assert "priority is 50001" in spoil("rule", priority=50001)


def test_a_health_check_answers_before_the_next(spoil: Callable[..., str]) -> None:
    assert "timeout is 30 and its interval 30" in spoil("web-targets", healthCheck={"timeout": 30})


def test_a_name_over_the_limit_is_refused(spoil: Callable[..., str]) -> None:
    sentence = spoil("web-targets", name="a" * 33)

    assert "33 characters, and AWS takes at most 32" in sentence


def test_a_name_that_is_made_up_counts_its_seven_digits(program: Program) -> None:
    program.add("aws:lb/loadBalancer:LoadBalancer", "b" * 25, {"subnets": None})

    assert "33 characters" in one(program.violations())


def test_a_host_beneath_the_programs_zone_has_a_record(program: Program) -> None:
    program.add("aws:route53/zone:Zone", "zone", {"name": "internal"})
    assert "waits for the host airflow.internal, which no record leads to" in one(
        program.violations()
    )

    record = {"fqdn": "airflow.internal"}
    program.add("aws:route53/record:Record", "record", {"name": "airflow"}, outputs=record)
    assert program.violations() == []
