"""Networks: VPCs, subnets, gateways, routes and endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.account.inputs import Inputs, pairs, pascal
from airflow_ecs.rehearsal.account.region import ACCOUNT_ID
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.region import Region


def tagged(kind: str, inputs: Inputs) -> dict[str, Any]:
    """The tags of a new EC2 resource, as a part of its request."""
    tags = inputs.tags()
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs(tags)}]} if tags else {}


def create_vpc(region: Region, inputs: Inputs) -> Created:
    """A VPC with the attributes that the provider sets after creating it."""
    ec2 = region.client("ec2")
    request = inputs.request(
        pascal("cidrBlock", "instanceTenancy")
        | {"assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock"}
    )
    vpc = ec2.create_vpc(**request, **tagged("vpc", inputs))["Vpc"]["VpcId"]
    for attribute, default in (
        ("enableDnsSupport", True),
        ("enableDnsHostnames", False),
        ("enableNetworkAddressUsageMetrics", False),
    ):
        member = attribute[0].upper() + attribute[1:]
        ec2.modify_vpc_attribute(VpcId=vpc, **{member: {"Value": inputs.take(attribute, default)}})
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    tables = ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]
    groups = ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"]
    lists = ec2.describe_network_acls(Filters=of_vpc)["NetworkAcls"]
    return Created(
        id=vpc,
        outputs={
            "arn": region.arn("ec2", f"vpc/{vpc}"),
            "ownerId": ACCOUNT_ID,
            "mainRouteTableId": tables[0]["RouteTableId"],
            "defaultRouteTableId": tables[0]["RouteTableId"],
            "defaultSecurityGroupId": groups[0]["GroupId"],
            "defaultNetworkAclId": lists[0]["NetworkAclId"],
        },
    )


def create_subnet(region: Region, inputs: Inputs) -> Created:
    """A subnet."""
    ec2 = region.client("ec2")
    request = inputs.request(
        pascal("vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6CidrBlock")
    )
    subnet = ec2.create_subnet(**request, **tagged("subnet", inputs))["Subnet"]
    if inputs.take("mapPublicIpOnLaunch", False):
        ec2.modify_subnet_attribute(
            SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": True}
        )
    return Created(
        id=subnet["SubnetId"],
        outputs={
            "arn": subnet["SubnetArn"],
            "ownerId": ACCOUNT_ID,
            "availabilityZone": subnet["AvailabilityZone"],
            "availabilityZoneId": subnet["AvailabilityZoneId"],
        },
    )


def create_internet_gateway(region: Region, inputs: Inputs) -> Created:
    """An internet gateway, attached when a VPC is given."""
    ec2 = region.client("ec2")
    gateway = ec2.create_internet_gateway(**tagged("internet-gateway", inputs))["InternetGateway"]
    identity = gateway["InternetGatewayId"]
    if vpc := inputs.take("vpcId"):
        ec2.attach_internet_gateway(InternetGatewayId=identity, VpcId=vpc)
    arn = region.arn("ec2", f"internet-gateway/{identity}")
    return Created(id=identity, outputs={"arn": arn, "ownerId": ACCOUNT_ID})


def create_elastic_ip(region: Region, inputs: Inputs) -> Created:
    """A public address."""
    request = inputs.request(pascal("domain", "address", "networkBorderGroup", "publicIpv4Pool"))
    address = region.client("ec2").allocate_address(**request, **tagged("elastic-ip", inputs))
    identity = address["AllocationId"]
    return Created(
        id=identity,
        outputs={
            "allocationId": identity,
            "arn": region.arn("ec2", f"elastic-ip/{identity}"),
            "publicIp": address["PublicIp"],
        },
    )


def create_nat_gateway(region: Region, inputs: Inputs) -> Created:
    """A NAT gateway."""
    request = inputs.request(pascal("allocationId", "subnetId", "connectivityType"))
    gateway = region.client("ec2").create_nat_gateway(**request, **tagged("natgateway", inputs))
    addresses = gateway["NatGateway"].get("NatGatewayAddresses") or [{}]
    return Created(
        id=gateway["NatGateway"]["NatGatewayId"],
        outputs={
            "publicIp": addresses[0].get("PublicIp", ""),
            "privateIp": addresses[0].get("PrivateIp", ""),
            "networkInterfaceId": addresses[0].get("NetworkInterfaceId", ""),
        },
    )


# Where a route leads; the inline routes of a table spell two of them shorter.
_ROUTE = pascal(
    "gatewayId",
    "natGatewayId",
    "networkInterfaceId",
    "transitGatewayId",
    "vpcEndpointId",
    "vpcPeeringConnectionId",
    "destinationPrefixListId",
) | {"egressOnlyGatewayId": "EgressOnlyInternetGatewayId"}


def create_route_table(region: Region, inputs: Inputs) -> Created:
    """A route table with its inline routes."""
    ec2 = region.client("ec2")
    table = ec2.create_route_table(VpcId=inputs.required("vpcId"), **tagged("route-table", inputs))[
        "RouteTable"
    ]["RouteTableId"]
    inline = _ROUTE | {
        "cidrBlock": "DestinationCidrBlock",
        "ipv6CidrBlock": "DestinationIpv6CidrBlock",
    }
    for route in inputs.translated(inputs.take("routes", []), inline, "routes"):
        ec2.create_route(RouteTableId=table, **route)
    arn = region.arn("ec2", f"route-table/{table}")
    return Created(id=table, outputs={"arn": arn, "ownerId": ACCOUNT_ID})


def create_route(region: Region, inputs: Inputs) -> Created:
    """One route of a table."""
    request = inputs.request(
        _ROUTE | pascal("routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock")
    )
    region.client("ec2").create_route(**request)
    destination = request.get("DestinationCidrBlock", "other")
    outputs = {"origin": "CreateRoute", "state": "active"}
    return Created(id=f"r-{request.get('RouteTableId')}-{destination}", outputs=outputs)


def create_route_table_association(region: Region, inputs: Inputs) -> Created:
    """A subnet's or gateway's choice of route table."""
    request = inputs.request(pascal("routeTableId", "subnetId", "gatewayId"))
    answer = region.client("ec2").associate_route_table(**request)
    return Created(id=answer["AssociationId"])


def create_vpc_endpoint(region: Region, inputs: Inputs) -> Created:
    """A way to an AWS service that needs no internet."""
    ec2 = region.client("ec2")
    request = inputs.request(
        pascal(
            "vpcId",
            "serviceName",
            "vpcEndpointType",
            "privateDnsEnabled",
            "routeTableIds",
            "subnetIds",
            "securityGroupIds",
            "ipAddressType",
        )
        | {"policy": "PolicyDocument"}
    )
    if request.get("PrivateDnsEnabled"):
        _require_dns(ec2, inputs, request["VpcId"])
    endpoint = ec2.create_vpc_endpoint(**request, **tagged("vpc-endpoint", inputs))["VpcEndpoint"]
    identity = endpoint["VpcEndpointId"]
    return Created(
        id=identity,
        outputs={
            "arn": region.arn("ec2", f"vpc-endpoint/{identity}"),
            "ownerId": ACCOUNT_ID,
            "state": "available",
            "prefixListId": _prefix_list(ec2, request["ServiceName"]),
            "networkInterfaceIds": endpoint.get("NetworkInterfaceIds", []),
            "dnsEntries": [
                {"dnsName": entry.get("DnsName", ""), "hostedZoneId": entry.get("HostedZoneId", "")}
                for entry in endpoint.get("DnsEntries", [])
            ],
        },
    )


def _require_dns(ec2: Any, inputs: Inputs, vpc: str) -> None:
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = ec2.describe_vpc_attribute(VpcId=vpc, Attribute=attribute)
        if not answer[attribute[0].upper() + attribute[1:]]["Value"]:
            raise inputs.refusal(
                f"privateDnsEnabled is true, but the VPC {vpc} has {attribute} off; AWS refuses "
                f"private names without it; turn on {attribute} of the VPC."
            )


def _prefix_list(ec2: Any, service: str) -> str:
    named = [{"Name": "prefix-list-name", "Values": [service]}]
    found = ec2.describe_managed_prefix_lists(Filters=named)["PrefixLists"]
    return str(found[0]["PrefixListId"]) if found else ""
