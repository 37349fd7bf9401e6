"""The way in to the web page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.components.conftest import DOMAIN, OWN_VPC

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.recording import Recording

LISTENER = "aws:lb/listener:Listener"
RULE = "aws:lb/listenerRule:ListenerRule"
RECORD = "aws:route53/record:Record"


def hosts(cloud: Recording, page: str) -> Any:
    (condition,) = cloud.one(RULE, f"airflow-{page}").inputs["conditions"]
    return condition["hostHeader"]["values"]


def test_the_balancer_is_internal_and_answers_only_for_its_hosts(airflow) -> None:
    cloud = airflow(flower=True)
    assert cloud.one("aws:lb/loadBalancer:LoadBalancer", "airflow").inputs["internal"] is True
    (default,) = cloud.one(LISTENER, "airflow-http").inputs["defaultActions"]
    assert default["fixedResponse"]["statusCode"] == "404"
    assert hosts(cloud, "web") == ["airflow.airflow-dev.internal", "airflow.localhost"]
    assert hosts(cloud, "flower") == ["flower.airflow-dev.internal", "flower.localhost"]


def test_without_a_domain_names_are_in_a_private_zone_and_the_preview_says_it(airflow) -> None:
    cloud = airflow()
    zone = cloud.one("aws:route53/zone:Zone", "airflow")
    assert zone.inputs["name"] == "airflow-dev.internal"
    assert zone.inputs["vpcs"] == [{"vpcId": "vpc-airflow"}]
    assert [text for _, text in cloud.messages if "plain HTTP, inside the VPC only" in text]
    assert cloud.of("aws:acm/certificate:Certificate") == []


def test_a_domain_gets_https_with_a_certificate_for_each_page(airflow) -> None:
    cloud = airflow(flower=True, ingress=DOMAIN)
    certificate = cloud.one("aws:acm/certificate:Certificate", "airflow").inputs
    assert certificate["domainName"] == "airflow.example.com"
    assert certificate["subjectAlternativeNames"] == ["flower.airflow.example.com"]
    https = cloud.one(LISTENER, "airflow-https").inputs
    assert (https["port"], https["protocol"]) == (443, "HTTPS")
    issued = cloud.one("aws:acm/certificateValidation:CertificateValidation", "airflow")
    assert issued.urn in cloud.one(LISTENER, "airflow-https").dependencies
    (redirect,) = cloud.one(LISTENER, "airflow-http").inputs["defaultActions"]
    assert redirect["redirect"]["protocol"] == "HTTPS"
    names = {record.inputs["name"] for record in cloud.of(RECORD) if "aliases" in record.inputs}
    assert names == {"airflow.example.com", "flower.airflow.example.com"}
    assert cloud.of("aws:route53/zone:Zone") == []


def test_a_certificate_of_the_users_is_taken(airflow) -> None:
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
    cloud = airflow(ingress={**DOMAIN, "private_zone": True, "certificate_arn": arn})
    assert cloud.one(LISTENER, "airflow-https").inputs["certificateArn"] == arn
    assert cloud.of("aws:acm/certificate:Certificate") == []


def test_a_page_that_faces_the_internet_is_in_public_subnets(airflow) -> None:
    public = {**DOMAIN, "internet_facing": True, "allowed_cidrs": ["203.0.113.7/32"]}
    cloud = airflow(network=OWN_VPC, ingress=public)
    balancer = cloud.one("aws:lb/loadBalancer:LoadBalancer", "airflow").inputs
    assert balancer["internal"] is False
    assert balancer["subnets"] == OWN_VPC["public_subnet_ids"]


def test_a_target_is_well_when_its_own_health_page_says_200(airflow) -> None:
    cloud = airflow(flower=True)
    for page, path in (("web", "/api/v2/monitor/health"), ("flower", "/healthcheck")):
        group = cloud.one("aws:lb/targetGroup:TargetGroup", f"airflow-{page}").inputs
        assert group["targetType"] == "ip"
        assert group["healthCheck"]["path"] == path
        assert group["healthCheck"]["matcher"] == "200"


def test_the_page_opens_through_a_forwarded_port_where_exec_is_on(airflow) -> None:
    def command(**args: object) -> str:
        cloud = airflow(**args)
        (cluster,) = cloud.of("airflow-ecs:index:AirflowCluster")
        return str(cloud.component_outputs[cluster.urn]["open_command"])

    assert "--service-name airflow-dev-web" in command(enable_exec=True)
    assert command() == ""
    assert command(enable_exec=True, ingress=DOMAIN) == ""
