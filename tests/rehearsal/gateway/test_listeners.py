"""Rules are read as an application load balancer reads them, and names are translated back."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_ecs.rehearsal.gateway.listeners import Asked, Front, redirection, targets_of
from airflow_ecs.rehearsal.gateway.origins import Origins


def asked(host: str = "airflow.dev.internal", path: str = "/", **given: Any) -> Asked:
    defaults = {"method": "GET", "query": "", "headers": {}, "source": "127.0.0.1"}
    return Asked(host=host, path=path, **{**defaults, **given})


def rule(name: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    action = {"Type": "forward", "TargetGroupArn": name}
    return {"Conditions": list(conditions), "Actions": [action]}


def chosen(condition: dict[str, Any], request: Asked) -> bool:
    front = Front(
        protocol="HTTP", port=80, idle=60, rules=(rule("named", condition), rule("default"))
    )
    return bool(front.action(request)["TargetGroupArn"] == "named")


@pytest.mark.parametrize(
    ("value", "request_", "holds"),
    [
        ("airflow.dev.internal", asked(), True),
        ("Airflow.Dev.internal", asked(), True),
        ("*.dev.internal", asked(), True),
        ("airflow.*", asked("flower.dev.internal"), False),
    ],
)
def test_hosts_have_wildcards_and_no_capitals(value: str, request_: Asked, holds: bool) -> None:
    condition = {"Field": "host-header", "HostHeaderConfig": {"Values": ["x", value]}}
    assert chosen(condition, request_) is holds


@pytest.mark.parametrize(
    ("condition", "good", "bad"),
    [
        (
            {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}},
            asked(path="/api/v2/dags"),
            asked(path="/API/v2/dags"),
        ),
        (
            {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}},
            asked(method="POST"),
            asked(method="GET"),
        ),
        (
            {"Field": "source-ip", "SourceIpConfig": {"Values": ["127.0.0.0/8"]}},
            asked(source="127.0.7.2"),
            asked(source="10.0.0.1"),
        ),
        (
            {
                "Field": "http-header",
                "HttpHeaderConfig": {"HttpHeaderName": "X-Team", "Values": ["data-*"]},
            },
            asked(headers={"x-team": "Data-platform"}),
            asked(headers={}),
        ),
        (
            {
                "Field": "query-string",
                "QueryStringConfig": {"Values": [{"Key": "version", "Value": "2*"}]},
            },
            asked(query="a=b&version=2.1"),
            asked(query="release=2.1"),
        ),
    ],
)
def test_each_kind_of_condition_holds_for_what_it_means(
    condition: dict[str, Any], good: Asked, bad: Asked
) -> None:
    assert chosen(condition, good)
    assert not chosen(condition, bad)


def test_a_forward_names_its_groups_and_their_weights() -> None:
    groups = [{"TargetGroupArn": "a", "Weight": 3}, {"TargetGroupArn": "b", "Weight": 1}]
    both = {"TargetGroupArn": "a", "ForwardConfig": {"TargetGroups": groups}}
    assert targets_of({"Type": "forward", **both}) == [("a", 3), ("b", 1)]
    assert targets_of({"Type": "forward", "TargetGroupArn": "a"}) == [("a", 1)]


def test_a_redirect_keeps_what_it_does_not_change() -> None:
    config = {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
    }
    there = redirection({"RedirectConfig": config}, asked(path="/a/b", query="c=d"), "HTTP", 80)
    assert there == "https://airflow.dev.internal/a/b?c=d"
    moved = {"RedirectConfig": {"Path": "/new/#{path}", "Port": "8443"}}
    there = redirection(moved, asked(path="/a"), "HTTP", 80)
    assert there == "http://airflow.dev.internal:8443/new/a"


def test_every_host_has_a_name_here_and_back() -> None:
    hosts = ["airflow.dev.internal", "airflow.localhost", "flower.dev.internal"]
    origins = Origins([*hosts, "airflow.b.internal"], 8080)
    assert origins.url("airflow.dev.internal") == "http://airflow.localhost:8080"
    assert origins.url("Flower.dev.internal") == "http://flower.localhost:8080"
    assert origins.url("airflow.b.internal") == "http://airflow.b.internal.localhost:8080"
    assert origins.url("airflow.localhost") is None
    assert origins.url("unknown.internal") is None
    for host in (
        "airflow.localhost:8080",
        "airflow.dev.internal.localhost",
        "AIRFLOW.dev.internal",
    ):
        assert origins.deployed_host(host) == "airflow.dev.internal"
    assert origins.deployed_host("127.0.0.1:8080") == "127.0.0.1"


@pytest.mark.parametrize(
    ("deployed", "local"),
    [
        (
            "https://airflow.dev.internal/login?next=%2F",
            "http://airflow.localhost:1/login?next=%2F",
        ),
        ("/login", "/login"),
        ("https://example.com/oauth", "https://example.com/oauth"),
        # Airflow takes itself for plain HTTP: a browser of the real thing would go astray too.
        ("http://airflow.dev.internal/login", "http://airflow.dev.internal/login"),
    ],
)
def test_urls_of_what_is_deployed_stay_on_this_machine(deployed: str, local: str) -> None:
    assert Origins(["airflow.dev.internal"], 1).to_local(deployed, "HTTPS") == local


def test_urls_of_this_machine_are_told_as_deployed() -> None:
    origins = Origins(["airflow.dev.internal"], 1)
    url = "http://airflow.localhost:1/home?a=b"
    assert origins.to_deployed(url, "HTTPS", 443) == "https://airflow.dev.internal/home?a=b"
    assert origins.to_deployed(url, "HTTP", 8080) == "http://airflow.dev.internal:8080/home?a=b"
    assert origins.to_deployed("http://example.com/", "HTTP", 80) == "http://example.com/"
