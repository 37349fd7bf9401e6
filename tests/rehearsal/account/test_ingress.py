from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from .conftest import Workbench


def balancer(bench: Workbench, **inputs: Any) -> Any:
    network = bench.network("net")
    created = bench.create(
        "aws:lb/loadBalancer:LoadBalancer",
        "web",
        subnets=network["privateSubnetIds"],
        internal=True,
        **inputs,
    )
    return network, created


def test_a_balancer_is_described_as_it_was_declared(bench: Workbench) -> None:
    _, created = balancer(bench, idleTimeout=120, dropInvalidHeaderFields=True)

    elb = bench.client("elbv2")
    found = elb.describe_load_balancers(LoadBalancerArns=[created.id])["LoadBalancers"][0]
    given = elb.describe_load_balancer_attributes(LoadBalancerArn=created.id)["Attributes"]
    attributes = {one["Key"]: one["Value"] for one in given}
    assert found["Scheme"] == "internal"
    assert created.outputs["dnsName"] == found["DNSName"]
    assert created.outputs["zoneId"] == found["CanonicalHostedZoneId"]
    assert attributes["idle_timeout.timeout_seconds"] == "120"
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"


def test_a_rule_leads_a_host_to_its_targets(bench: Workbench) -> None:
    network, created = balancer(bench)
    group = bench.create(
        "aws:lb/targetGroup:TargetGroup",
        "web",
        port=8080,
        protocol="HTTP",
        targetType="ip",
        vpcId=network["vpcId"],
        deregistrationDelay=30,
        healthCheck={"path": "/health", "matcher": "200", "interval": 20, "timeout": 6},
    )
    listener = bench.create(
        "aws:lb/listener:Listener",
        "http",
        loadBalancerArn=created.id,
        port=80,
        protocol="HTTP",
        defaultActions=[
            {
                "type": "fixed-response",
                "fixedResponse": {"contentType": "text/plain", "statusCode": "404"},
            }
        ],
    )
    rule = bench.create(
        "aws:lb/listenerRule:ListenerRule",
        "web",
        listenerArn=listener.id,
        conditions=[{"hostHeader": {"values": ["airflow.internal"]}}],
        actions=[{"type": "forward", "targetGroupArn": group.id}],
    )

    elb = bench.client("elbv2")
    found = elb.describe_rules(RuleArns=[rule.id])["Rules"][0]
    assert found["Conditions"][0]["HostHeaderConfig"]["Values"] == ["airflow.internal"]
    assert found["Actions"][0]["TargetGroupArn"] == group.id
    # Without a priority the provider takes the next free one.
    assert rule.outputs["priority"] == 1
    target = elb.describe_target_groups(TargetGroupArns=[group.id])["TargetGroups"][0]
    assert target["HealthCheckPath"] == "/health"
    assert target["Matcher"] == {"HttpCode": "200"}
    given = elb.describe_target_group_attributes(TargetGroupArn=group.id)["Attributes"]
    assert {"Key": "deregistration_delay.timeout_seconds", "Value": "30"} in given


def test_a_redirect_keeps_what_it_does_not_change(bench: Workbench) -> None:
    _, created = balancer(bench)
    redirect = {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}
    listener = bench.create(
        "aws:lb/listener:Listener",
        "http",
        loadBalancerArn=created.id,
        port=80,
        defaultActions=[{"type": "redirect", "redirect": redirect}],
        protocol="HTTP",
    )

    found = bench.client("elbv2").describe_listeners(ListenerArns=[listener.id])["Listeners"][0]
    config = found["DefaultActions"][0]["RedirectConfig"]
    assert (config["Port"], config["Host"], config["Path"]) == ("443", "#{host}", "/#{path}")


def test_a_nested_input_that_nobody_knows_is_named(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match=r"what to do with healthCheck\.pfad"):
        bench.create("aws:lb/targetGroup:TargetGroup", "web", healthCheck={"pfad": "/"})


def test_a_record_is_beneath_its_zone(bench: Workbench) -> None:
    network, created = balancer(bench)
    zone = bench.create(
        "aws:route53/zone:Zone", "z", name="airflow.internal", vpcs=[{"vpcId": network["vpcId"]}]
    )
    alias = {"name": created.outputs["dnsName"], "zoneId": created.outputs["zoneId"]}

    record = bench.create(
        "aws:route53/record:Record",
        "r",
        zoneId=zone.id,
        name="www",
        type="A",
        aliases=[{**alias, "evaluateTargetHealth": False}],
    )

    assert record.outputs["fqdn"] == "www.airflow.internal"
    route53 = bench.client("route53")
    assert route53.get_hosted_zone(Id=zone.id)["HostedZone"]["Config"]["PrivateZone"]
    records = route53.list_resource_record_sets(HostedZoneId=zone.id)["ResourceRecordSets"]
    found = next(one for one in records if one["Type"] == "A")
    assert found["Name"] == "www.airflow.internal."
    assert found["AliasTarget"]["HostedZoneId"] == alias["zoneId"]


def test_a_certificate_waits_for_a_public_record(bench: Workbench) -> None:
    certificate = bench.create(
        "aws:acm/certificate:Certificate", "c", domainName="a.example.com", validationMethod="DNS"
    )
    option = certificate.outputs["domainValidationOptions"][0]
    zone = bench.create("aws:route53/zone:Zone", "z", name="example.com").id
    validation = {"certificateArn": certificate.id}

    with pytest.raises(RehearsalError, match=r"for a\.example\.com would wait for ever"):
        bench.create("aws:acm/certificateValidation:CertificateValidation", "v", **validation)

    bench.create(
        "aws:route53/record:Record",
        "r",
        zoneId=zone,
        name=option["resourceRecordName"],
        type=option["resourceRecordType"],
        records=[option["resourceRecordValue"]],
        ttl=60,
    )
    created = bench.create("aws:acm/certificateValidation:CertificateValidation", "v", **validation)
    assert created.id == certificate.id


def test_cloud_map_has_the_names_of_services(bench: Workbench) -> None:
    vpc = bench.network("net")["vpcId"]
    namespace = bench.create(
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        "n",
        name="airflow.local",
        vpc=vpc,
    )
    service = bench.create(
        "aws:servicediscovery/service:Service",
        "s",
        name="web",
        dnsConfig={
            "namespaceId": namespace.id,
            "routingPolicy": "MULTIVALUE",
            "dnsRecords": [{"type": "A", "ttl": 10}],
        },
        forceDestroy=True,
    )

    found = bench.client("servicediscovery").get_service(Id=service.id)["Service"]
    assert found["DnsConfig"]["DnsRecords"] == [{"Type": "A", "TTL": 10}]
    assert found["DnsConfig"]["NamespaceId"] == namespace.id
    assert namespace.outputs["hostedZone"]


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (
            "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
            {"name": "a.local", "vpc": "vpc-0"},
        ),
        ("aws:route53/zone:Zone", {"name": "a.local", "vpcs": [{"vpcId": "vpc-0"}]}),
    ],
)
def test_names_in_a_network_that_is_not_there_are_refused(
    bench: Workbench, type_: str, inputs: dict[str, Any]
) -> None:
    with pytest.raises(RehearsalError, match="vpc-0"):
        bench.create(type_, "x", **inputs)
