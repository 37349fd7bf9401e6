"""People, services and Airflow itself find the page under the right names."""

from __future__ import annotations

from airflow_ecs import addresses, catalogue, commands
from airflow_ecs.spec import ClusterSpec


def spec(**args: object) -> ClusterSpec:
    return ClusterSpec.read("airflow", {"environment": "dev"} | args)


def test_with_a_domain_the_page_is_at_the_domain_and_flower_below_it() -> None:
    own = spec(ingress={"domain": "airflow.example.com", "zone": "example.com"})
    assert addresses.url(own, catalogue.WEB) == "https://airflow.example.com"
    assert addresses.url(own, catalogue.FLOWER) == "https://flower.airflow.example.com"
    assert addresses.entry_ports(own) == (80, 443)


def test_without_a_domain_the_page_is_in_a_private_zone() -> None:
    assert addresses.url(spec(), catalogue.WEB) == "http://airflow.airflow-dev.internal"
    assert addresses.entry_ports(spec()) == (80,)


def test_a_forwarded_port_is_answered_under_the_name_that_the_command_tells() -> None:
    assert "airflow.localhost" in addresses.hosts(spec(), catalogue.WEB)
    command = commands.open_page(
        region="eu-west-1",
        cluster="airflow-dev",
        service="airflow-dev-web",
        balancer="internal-airflow-1.eu-west-1.elb.amazonaws.com",
        host="airflow",
    )
    assert "http://airflow.localhost:8080" in command


def test_the_tunnel_is_open_only_where_it_leads_somewhere() -> None:
    assert addresses.tunnel_port(spec()) is None
    assert addresses.tunnel_port(spec(enable_exec=True)) == 80
    domain = {"domain": "airflow.example.com", "zone": "example.com"}
    assert addresses.tunnel_port(spec(enable_exec=True, ingress=domain)) is None
