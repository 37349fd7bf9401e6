"""`aws.route53.get_zone`: a hosted zone that the program did not make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.account.region import Region


def get_zone(region: Region, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A hosted zone by its name; one that isn't there is taken to be in the user's account."""
    route53 = region.client("route53")
    private = bool(arguments.get("privateZone"))
    name = (arguments.get("name") or "").rstrip(".")
    wanted = arguments.get("zoneId")
    for zone in route53.list_hosted_zones()["HostedZones"]:
        identity = zone["Id"].rsplit("/", 1)[1]
        same = zone["Name"].rstrip(".") == name and zone["Config"]["PrivateZone"] == private
        if identity == wanted or (not wanted and same):
            return _zone(region, identity, zone)
    if wanted or not name:
        raise RehearsalError(
            f"the hosted zone {wanted} is not in the emulated account, which begins empty; write "
            "the zone's name instead of its id."
        )
    zone = route53.create_hosted_zone(
        Name=name,
        CallerReference=f"assumed-{name}-{private}",
        HostedZoneConfig={"Comment": "Assumed to exist", "PrivateZone": private},
        **({"VPC": _vpc_of_zone(region, arguments)} if private else {}),
    )["HostedZone"]
    region.account.assumed.append(
        f"A {'private' if private else 'public'} hosted zone {name} is assumed to exist in your "
        "account."
    )
    return _zone(region, zone["Id"].rsplit("/", 1)[1], zone)


def _vpc_of_zone(region: Region, arguments: Mapping[str, Any]) -> dict[str, str]:
    vpc = arguments.get("vpcId")
    if not vpc:
        raise RehearsalError(
            f"the private hosted zone {arguments.get('name')} is not in the emulated account, and "
            "can't be assumed without a network; write vpcId too, or make the zone in the program."
        )
    return {"VPCRegion": region.name, "VPCId": vpc}


def _zone(region: Region, identity: str, zone: Mapping[str, Any]) -> dict[str, Any]:
    servers = [
        value["Value"].rstrip(".")
        for record in region.client("route53").list_resource_record_sets(HostedZoneId=identity)[
            "ResourceRecordSets"
        ]
        if record["Type"] == "NS"
        for value in record["ResourceRecords"]
    ]
    return {
        "id": identity,
        "zoneId": identity,
        "arn": f"arn:{region.partition}:route53:::hostedzone/{identity}",
        "name": zone["Name"].rstrip("."),
        "privateZone": zone["Config"]["PrivateZone"],
        "comment": zone["Config"].get("Comment", ""),
        "nameServers": servers,
        "primaryNameServer": servers[0] if servers else "",
    }
