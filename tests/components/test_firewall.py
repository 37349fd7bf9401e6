"""Who may call whom."""

from __future__ import annotations

from tests.components.conftest import DOMAIN, EGRESS, INGRESS, groups, rules


def test_each_part_has_a_group_of_its_own(airflow) -> None:
    assert sorted(groups(airflow(flower=True)).values()) == [
        "balancer",
        "broker",
        "dag-processor",
        "database",
        "flower",
        "migration",
        "scheduler",
        "triggerer",
        "web",
        "worker",
        "workflow",
    ]


def test_every_call_is_allowed_on_both_sides(airflow) -> None:
    cloud = airflow(flower=True)
    outgoing = {(target, source, port) for source, target, port in rules(cloud, EGRESS)}
    incoming = rules(cloud, INGRESS)
    assert incoming <= outgoing
    assert {call for call in outgoing if call[0] != "0.0.0.0/0"} == incoming


def test_beyond_the_edges_tasks_call_aws_and_user_code_calls_anything(airflow) -> None:
    open_egress = {rule for rule in rules(airflow(), EGRESS) if rule[1] == "0.0.0.0/0"}
    tasks = ("web", "scheduler", "dag-processor", "triggerer", "worker", "migration")
    assert open_egress == {("workflow", "0.0.0.0/0", None)} | {
        (task, "0.0.0.0/0", 443) for task in tasks
    }


def test_nobody_comes_in_from_outside_unless_let_in(airflow) -> None:
    inside = set(groups(airflow()).values())
    assert {source for _, source, _ in rules(airflow(), INGRESS)} <= inside


def test_ranges_and_groups_of_the_users_are_let_in_to_the_page_alone(airflow) -> None:
    cloud = airflow(
        ingress=DOMAIN
        | {"allowed_cidrs": ["10.1.0.0/16"], "allowed_security_group_ids": ["sg-vpn"]}
    )
    let_in = {rule for rule in rules(cloud, INGRESS) if rule[1] in ("10.1.0.0/16", "sg-vpn")}
    assert let_in == {
        ("balancer", source, port) for source in ("10.1.0.0/16", "sg-vpn") for port in (80, 443)
    }


def test_the_workflow_group_sits_on_whatever_runs_user_code_and_is_an_output(airflow) -> None:
    cloud = airflow(flower=True)
    names = groups(cloud)
    with_group = {
        service.name
        for service in cloud.of("aws:ecs/service:Service")
        if "workflow"
        in {names[id_] for id_ in service.inputs["networkConfiguration"]["securityGroups"]}
    }
    assert with_group == {"airflow-worker", "airflow-triggerer"}
    (outputs,) = (
        cloud.component_outputs[resource.urn]
        for resource in cloud.of("airflow-ecs:index:AirflowCluster")
    )
    assert names[outputs["security_group_id"]] == "workflow"
