"""Made-up answers to the look-ups of a program, for tests without any AWS."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# AWS's own number for examples.
ACCOUNT = "123456789012"
REGION = "eu-west-1"


def _subnet(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Neighbouring subnets are in different zones: the last digit of the id tells which."""
    id_ = str(arguments.get("id", "subnet-1"))
    zone = "abc"[int(hashlib.sha256(id_.encode()).hexdigest(), 16) % 3]
    if id_[-1:].isdigit():
        zone = "abc"[(int(id_[-1]) - 1) % 3]
    return {
        "id": id_,
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/{id_}",
        "availabilityZone": f"{REGION}{zone}",
        "vpcId": arguments.get("vpcId", "vpc-made-up"),
        "cidrBlock": "10.0.1.0/24",
        "mapPublicIpOnLaunch": "public" in id_,
    }


def _vpc(arguments: Mapping[str, Any]) -> dict[str, Any]:
    id_ = arguments.get("id", "vpc-made-up")
    return {
        "id": id_,
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/{id_}",
        "cidrBlock": "10.0.0.0/16",
        "cidrBlockAssociations": [],
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
    }


def _zone(arguments: Mapping[str, Any]) -> dict[str, Any]:
    name = str(arguments.get("name", "example.com")).removesuffix(".")
    return {
        "id": "Z0MADEUP",
        "zoneId": arguments.get("zoneId", "Z0MADEUP"),
        "name": name,
        "arn": "arn:aws:route53:::hostedzone/Z0MADEUP",
        "privateZone": bool(arguments.get("privateZone")),
        "nameServers": ["ns-1.awsdns-01.com"],
    }


def _parameter(arguments: Mapping[str, Any]) -> dict[str, Any]:
    name = str(arguments["name"])
    return {
        "id": name,
        "name": name,
        "arn": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{name.removeprefix('/')}",
        "type": "SecureString",
        "value": "made-up",
        "insecureValue": "",
        "version": 1,
    }


def _parameters_by_path(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The one that the image pipeline writes, where it is looked for."""
    path = str(arguments["path"])
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/made-up@sha256:{'0' * 64}"
    return {
        "id": path,
        "path": path,
        "arns": [f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{path}/uri"],
        "names": [f"{path}/uri"],
        "types": ["String"],
        "values": [image],
    }


LOOK_UPS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "aws:index/getRegion:getRegion": lambda _: {
        "id": REGION,
        "name": REGION,
        "region": REGION,
        "description": "Europe (Ireland)",
        "endpoint": f"ec2.{REGION}.amazonaws.com",
    },
    "aws:index/getCallerIdentity:getCallerIdentity": lambda _: {
        "accountId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/made-up",
        "userId": "AIDAMADEUP",
    },
    "aws:index/getPartition:getPartition": lambda _: {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    },
    "aws:index/getAvailabilityZones:getAvailabilityZones": lambda _: {
        "id": REGION,
        "names": [f"{REGION}{zone}" for zone in "abc"],
        "zoneIds": [f"euw1-az{number}" for number in (1, 2, 3)],
        "groupNames": [REGION],
    },
    "aws:ec2/getVpc:getVpc": _vpc,
    "aws:ec2/getSubnet:getSubnet": _subnet,
    "aws:ec2/getPrefixList:getPrefixList": lambda arguments: {
        "id": "pl-made-up",
        "name": arguments.get("name", "com.amazonaws.made-up"),
        "cidrBlocks": ["52.218.0.0/17"],
    },
    "aws:route53/getZone:getZone": _zone,
    "aws:ssm/getParameter:getParameter": _parameter,
    "aws:ssm/getParametersByPath:getParametersByPath": _parameters_by_path,
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": lambda _: {
        "authorizationToken": "bWFkZS11cDptYWRlLXVw",
        "expiresAt": "2030-01-01T00:00:00Z",
        "password": "made-up",
        "proxyEndpoint": f"https://{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com",
        "userName": "AWS",
    },
}
