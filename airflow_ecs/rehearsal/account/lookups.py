"""The look-ups of a program (`get_…`), answered from the emulated account."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from airflow_ecs.rehearsal.account.policy_document import get_policy_document
from airflow_ecs.rehearsal.account.region import ACCOUNT_ID
from airflow_ecs.rehearsal.account.zones import get_zone
from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from airflow_ecs.rehearsal.account.region import Region

Answer = dict[str, Any]


def get_region(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """The region that the program deploys to."""
    return {
        "id": region.name,
        "name": region.name,
        "region": region.name,
        "description": region.name,
        "endpoint": f"ec2.{region.name}.{region.dns_suffix}",
    }


def get_caller_identity(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """Whom the account takes the program for."""
    identity = region.client("sts").get_caller_identity()
    return {
        "id": identity["Account"],
        "accountId": identity["Account"],
        "arn": identity["Arn"],
        "userId": identity["UserId"],
    }


def get_partition(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """The partition of the region."""
    suffix = region.dns_suffix
    return {
        "id": region.partition,
        "partition": region.partition,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def get_availability_zones(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """The zones of the region."""
    found = region.client("ec2").describe_availability_zones()["AvailabilityZones"]
    excluded = arguments.get("excludeNames") or []
    zones = [zone for zone in found if zone["ZoneName"] not in excluded]
    return {
        "id": region.name,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone["ZoneId"] for zone in zones],
        "groupNames": [region.name],
    }


def get_vpc(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """A VPC by its id, or the default one."""
    ec2 = region.client("ec2")
    identity = arguments.get("id")
    if not identity and not arguments.get("default"):
        raise RehearsalError("aws:ec2/getVpc: write the id of the VPC, or default: true.")
    found = ec2.describe_vpcs(Filters=[{"Name": "isDefault", "Values": ["true"]}])["Vpcs"]
    if identity:
        found = ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [identity]}])["Vpcs"]
    if not found:
        raise _missing("VPC", identity)
    vpc = found[0]
    identity = vpc["VpcId"]
    flags = {
        name: ec2.describe_vpc_attribute(VpcId=identity, Attribute=name)[
            name[0].upper() + name[1:]
        ]["Value"]
        for name in ("enableDnsSupport", "enableDnsHostnames")
    }
    return {
        "id": identity,
        "arn": region.arn("ec2", f"vpc/{identity}"),
        "cidrBlock": vpc["CidrBlock"],
        "default": vpc["IsDefault"],
        "ownerId": ACCOUNT_ID,
        "tags": _tags(vpc),
        **flags,
    }


def get_subnet(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """A subnet by its id."""
    identity = arguments.get("id")
    if not identity:
        raise RehearsalError("aws:ec2/getSubnet: write the id of the subnet.")
    found = region.client("ec2").describe_subnets(
        Filters=[{"Name": "subnet-id", "Values": [identity]}]
    )["Subnets"]
    if not found:
        raise _missing("subnet", identity)
    subnet = found[0]
    return {
        "id": identity,
        "arn": subnet["SubnetArn"],
        "availabilityZone": subnet["AvailabilityZone"],
        "availabilityZoneId": subnet["AvailabilityZoneId"],
        "availableIpAddressCount": subnet["AvailableIpAddressCount"],
        "cidrBlock": subnet["CidrBlock"],
        "mapPublicIpOnLaunch": subnet["MapPublicIpOnLaunch"],
        "ownerId": ACCOUNT_ID,
        "state": "available",
        "tags": _tags(subnet),
        "vpcId": subnet["VpcId"],
    }


def _missing(kind: str, identity: str | None) -> RehearsalError:
    return RehearsalError(
        f"the {kind} {identity or '(default)'} is not in the emulated account, which begins empty; "
        "rehearse with a network that the program makes itself, or create this one first."
    )


def get_prefix_list(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """The addresses of an AWS service."""
    name, identity = arguments.get("name"), arguments.get("prefixListId")
    found = [
        one
        for one in region.client("ec2").describe_managed_prefix_lists()["PrefixLists"]
        if (not name or one["PrefixListName"] == name)
        and (not identity or one["PrefixListId"] == identity)
    ]
    if not found:
        raise RehearsalError(
            f"the prefix list {name or identity} does not exist; write a name such as "
            f"com.amazonaws.{region.name}.s3."
        )
    return {
        "id": found[0]["PrefixListId"],
        "name": found[0]["PrefixListName"],
        "cidrBlocks": [],
    }


def get_parameter(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """A parameter that the program did not make; a missing one is an error."""
    name = arguments.get("name", "")
    decrypt = arguments.get("withDecryption", True) is not False
    try:
        found = region.client("ssm").get_parameter(Name=name, WithDecryption=decrypt)["Parameter"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        raise RehearsalError(
            f"the parameter {name} is not in the emulated account, which begins empty; write it "
            "into the stack's key rehearsal, as {parameters: {name: value}}."
        ) from error
    secret = found["Type"] == "SecureString"
    return {
        "id": name,
        "name": name,
        "arn": found["ARN"],
        "type": found["Type"],
        "value": found["Value"],
        "insecureValue": "" if secret else found["Value"],
        "version": found["Version"],
        "withDecryption": decrypt,
    }


def get_parameters_by_path(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """The parameters right below a path; none is no error."""
    decrypt = arguments.get("withDecryption", True) is not False
    found = region.client("ssm").get_parameters_by_path(
        Path=arguments.get("path", ""),
        Recursive=bool(arguments.get("recursive")),
        WithDecryption=decrypt,
    )["Parameters"]
    return {
        "id": arguments.get("path", ""),
        "path": arguments.get("path", ""),
        "arns": [one["ARN"] for one in found],
        "names": [one["Name"] for one in found],
        "types": [one["Type"] for one in found],
        "values": [one["Value"] for one in found],
    }


def get_authorization_token(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """The login of the account's registry, for half a day."""
    data = region.client("ecr").get_authorization_token()["authorizationData"][0]
    user, password = base64.b64decode(data["authorizationToken"]).decode().split(":", 1)
    return {
        "id": region.name,
        "authorizationToken": data["authorizationToken"],
        "userName": user,
        "password": password,
        "proxyEndpoint": data["proxyEndpoint"],
        "expiresAt": data["expiresAt"].isoformat(),
    }


def get_resource(region: Region, arguments: Mapping[str, Any]) -> Answer:
    """The state of a remote component's child, asked for by reference."""
    urn = arguments.get("urn", "")
    if urn not in region.account.children:
        raise RehearsalError(f"the resource {urn} was not made by a component of this program.")
    return region.account.children[urn]


def _tags(resource: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in resource.get("Tags", [])}


LOOKUPS: dict[str, Callable[[Region, Mapping[str, Any]], Answer]] = {
    "aws:index/getRegion:getRegion": get_region,
    "aws:index/getCallerIdentity:getCallerIdentity": get_caller_identity,
    "aws:index/getPartition:getPartition": get_partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": get_availability_zones,
    "aws:ec2/getVpc:getVpc": get_vpc,
    "aws:ec2/getSubnet:getSubnet": get_subnet,
    "aws:ec2/getPrefixList:getPrefixList": get_prefix_list,
    "aws:route53/getZone:getZone": get_zone,
    "aws:ssm/getParameter:getParameter": get_parameter,
    "aws:ssm/getParametersByPath:getParametersByPath": get_parameters_by_path,
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": get_authorization_token,
    "aws:iam/getPolicyDocument:getPolicyDocument": get_policy_document,
    "pulumi:pulumi:getResource": get_resource,
}
