"""Cloud Map: namespaces, and the services that have their names in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.region import Region


def create_private_dns_namespace(region: Region, inputs: Inputs) -> Created:
    """A private DNS namespace, and the hosted zone that comes with it."""
    cloud_map = region.client("servicediscovery")
    vpc = inputs.required("vpc")
    # moto takes any id here; EC2 knows better.
    region.client("ec2").describe_vpcs(VpcIds=[vpc])
    name = inputs.name()
    operation = cloud_map.create_private_dns_namespace(
        Name=name, Vpc=vpc, **inputs.tag_list(), **inputs.request(pascal("description"))
    )["OperationId"]
    targets = cloud_map.get_operation(OperationId=operation)["Operation"]["Targets"]
    namespace = cloud_map.get_namespace(Id=targets["NAMESPACE"])["Namespace"]
    zone = namespace["Properties"]["DnsProperties"]["HostedZoneId"]
    return Created(
        id=namespace["Id"], outputs={"arn": namespace["Arn"], "hostedZone": zone, "name": name}
    )


def create_discovery_service(region: Region, inputs: Inputs) -> Created:
    """A name in a namespace."""
    cloud_map = region.client("servicediscovery")
    records = pascal("type") | {"ttl": "TTL"}
    request = inputs.request(
        pascal("namespaceId", "description", "type")
        | {
            "dnsConfig": (
                "DnsConfig",
                pascal("namespaceId", "routingPolicy") | {"dnsRecords": ("DnsRecords", records)},
            ),
            "healthCheckConfig": (
                "HealthCheckConfig",
                pascal("type", "resourcePath", "failureThreshold"),
            ),
            "healthCheckCustomConfig": ("HealthCheckCustomConfig", pascal("failureThreshold")),
        }
    )
    # It concerns deletion alone.
    inputs.aside("forceDestroy")
    namespace = request.get("NamespaceId") or request.get("DnsConfig", {}).get("NamespaceId")
    if namespace:
        # moto takes any id here.
        cloud_map.get_namespace(Id=namespace)
    name = inputs.name()
    service = cloud_map.create_service(Name=name, **inputs.tag_list(), **request)["Service"]
    return Created(id=service["Id"], outputs={"arn": service["Arn"], "name": name})
