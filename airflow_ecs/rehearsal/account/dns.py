"""Hosted zones, records, and the certificates that records validate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.account.inputs import Inputs, pairs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Members
    from airflow_ecs.rehearsal.account.region import Region


def create_zone(region: Region, inputs: Inputs) -> Created:
    """A hosted zone: private when it names VPCs."""
    route53 = region.client("route53")
    # They concern deletion, and a speed-up that moto doesn't have.
    inputs.aside("forceDestroy", "enableAcceleratedRecovery")
    name = inputs.name()
    networks = [_network(region, one) for one in inputs.take("vpcs", [])]
    for network in networks:
        # moto takes any id here; EC2 knows better.
        region.account.region(network["VPCRegion"]).client("ec2").describe_vpcs(
            VpcIds=[network["VPCId"]]
        )
    answer = route53.create_hosted_zone(
        Name=name,
        CallerReference=inputs.declared.urn[-128:],
        HostedZoneConfig={
            "Comment": inputs.take("comment", "Managed by Pulumi"),
            "PrivateZone": bool(networks),
        },
        **({"VPC": networks[0]} if networks else {}),
        **inputs.request(pascal("delegationSetId")),
    )
    zone = answer["HostedZone"]["Id"].rsplit("/", 1)[1]
    for network in networks[1:]:
        route53.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=network)
    if tags := inputs.tags():
        route53.change_tags_for_resource(
            ResourceType="hostedzone", ResourceId=zone, AddTags=pairs(tags)
        )
    servers = answer.get("DelegationSet", {}).get("NameServers", [])
    return Created(
        id=zone,
        outputs={
            "zoneId": zone,
            "arn": f"arn:{region.partition}:route53:::hostedzone/{zone}",
            "name": name.rstrip("."),
            "nameServers": servers,
            "primaryNameServer": servers[0] if servers else "",
        },
    )


def _network(region: Region, given: dict[str, Any]) -> dict[str, str]:
    return {"VPCRegion": given.get("vpcRegion") or region.name, "VPCId": given["vpcId"]}


def create_record(region: Region, inputs: Inputs) -> Created:
    """A record set; a name outside the zone is one beneath it, as the provider reads it."""
    route53 = region.client("route53")
    zone = inputs.required("zoneId")
    zone_name = route53.get_hosted_zone(Id=zone)["HostedZone"]["Name"].rstrip(".")
    name = inputs.take("name", "").rstrip(".")
    if name != zone_name and not name.endswith(f".{zone_name}"):
        name = f"{name}.{zone_name}" if name else zone_name
    record: dict[str, Any] = {"Name": name, "Type": inputs.required("type")}
    if (records := inputs.take("records")) is not None:
        record["ResourceRecords"] = [{"Value": _quoted(record["Type"], one)} for one in records]
        record["TTL"] = inputs.take("ttl", 0)
    alias: Members = {
        "name": "DNSName",
        "zoneId": "HostedZoneId",
        "evaluateTargetHealth": "EvaluateTargetHealth",
    }
    for target in inputs.translated(inputs.take("aliases", []), alias, "aliases"):
        record["AliasTarget"] = target
    record |= inputs.request(pascal("setIdentifier", "healthCheckId"))
    action = "UPSERT" if inputs.take("allowOverwrite", False) else "CREATE"
    route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Comment": "Managed by Pulumi",
            "Changes": [{"Action": action, "ResourceRecordSet": record}],
        },
    )
    return Created(id=f"{zone}_{name}_{record['Type']}", outputs={"fqdn": name})


def _quoted(kind: str, value: str) -> str:
    return f'"{value}"' if kind in ("TXT", "SPF") and not value.startswith('"') else value


def create_certificate(region: Region, inputs: Inputs) -> Created:
    """A certificate that waits for its validation records."""
    acm = region.client("acm")
    option = pascal("domainName", "validationDomain")
    arn = acm.request_certificate(
        **inputs.tag_list(),
        **inputs.request(
            pascal("domainName", "validationMethod", "subjectAlternativeNames", "keyAlgorithm")
            | {"validationOptions": ("DomainValidationOptions", option)}
        ),
    )["CertificateArn"]
    certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    options = [
        {
            "domainName": one["DomainName"],
            "resourceRecordName": one.get("ResourceRecord", {}).get("Name", ""),
            "resourceRecordType": one.get("ResourceRecord", {}).get("Type", ""),
            "resourceRecordValue": one.get("ResourceRecord", {}).get("Value", ""),
        }
        for one in certificate["DomainValidationOptions"]
    ]
    return Created(
        id=arn,
        outputs={
            "arn": arn,
            "domainValidationOptions": options,
            "status": certificate["Status"],
            "type": certificate["Type"],
        },
    )


def create_certificate_validation(region: Region, inputs: Inputs) -> Created:
    """The wait for a certificate; it ends only when public DNS has its records."""
    arn = inputs.required("certificateArn")
    certificate = region.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    inputs.aside("validationRecordFqdns")
    public = _public_records(region)
    for option in certificate["DomainValidationOptions"]:
        record = option.get("ResourceRecord")
        if record and (record["Name"].rstrip("."), record["Value"].rstrip(".")) not in public:
            raise inputs.refusal(
                f"the certificate for {option['DomainName']} would wait for ever: no public "
                f"hosted zone has the record {record['Name']}; create it in the public zone of "
                "the domain."
            )
    return Created(id=arn)


def _public_records(region: Region) -> set[tuple[str, str]]:
    route53 = region.client("route53")
    zones = route53.list_hosted_zones()["HostedZones"]
    return {
        (record["Name"].rstrip("."), value["Value"].rstrip("."))
        for zone in zones
        if not zone["Config"]["PrivateZone"]
        for record in route53.list_resource_record_sets(HostedZoneId=zone["Id"])[
            "ResourceRecordSets"
        ]
        for value in record.get("ResourceRecords", [])
    }
