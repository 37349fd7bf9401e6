"""Made-up answers: for properties that a cloud left open, and for tests without any AWS."""

from __future__ import annotations

import hashlib
import typing
from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceType
from enum import Enum
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import sdk
from airflow_ecs.rehearsal.declared import Created, Declared, RehearsalError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

# AWS's own number for examples.
ACCOUNT = "123456789012"
REGION = "eu-west-1"

# What stands for a number: easy to recognise, and a valid port.
NUMBER = 4242


def unanswered(declared: Declared, given: Collection[str]) -> dict[str, Any]:
    """Stand-ins for the properties that the SDK promises and nobody has given.

    They are the same in each run, of the promised type, and say what they stand for:
    `placeholder-<resource>-<property>`.
    """
    cls = sdk.resource_class(declared.type)
    if cls is None:
        return {}
    promised = sdk.promised_outputs(cls)
    return {
        name: _stand_in(type_, f"placeholder-{declared.name}-{name}")
        for name, type_ in promised.items()
        if name not in given
    }


def _stand_in(type_: Any, text: str) -> Any:
    type_ = sdk.plain_type(type_)
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    if origin in (list, SequenceType):
        return [_stand_in(arguments[0], text)]
    if origin in (dict, MappingType):
        return {"placeholder": _stand_in(arguments[1], text)}
    if origin is not None:
        return _stand_in(arguments[0], text)
    if sdk.is_output_class(type_):
        promised = sdk.promised_outputs(type_)
        return {name: _stand_in(inner, f"{text}-{name}") for name, inner in promised.items()}
    if isinstance(type_, type) and issubclass(type_, Enum):
        return next(iter(type_)).value
    return {int: NUMBER, float: float(NUMBER), bool: False}.get(type_, text)


class Placeholders:
    """A cloud of made-up answers: nothing is created, and each answer looks like AWS's.

    For unit tests: fast, without boto3, and the same in each run.
    """

    def create(self, declared: Declared) -> Created:
        """Make up an id, an ARN and a name; the runner stands in for the rest."""
        if declared.type == "awsx:ec2/vpc:Vpc" or declared.type == "awsx:ec2:Vpc":
            return Created(id="", outputs=_vpc(declared))
        package, _, rest = declared.type.partition(":")
        service, _, kind = rest.partition("/")
        kind = kind.partition(":")[0]
        mark = hashlib.sha256(declared.urn.encode()).hexdigest()
        name = str(declared.inputs.get("name") or f"{declared.name}-{mark[:7]}")
        if package != "aws":
            return Created(id=name)
        arn = f"arn:aws:{_SERVICES.get(service, service)}:{REGION}:{ACCOUNT}:{kind}/{name}"
        prefix = _ID_PREFIXES.get(kind)
        id_ = f"{prefix}-{mark[:17]}" if prefix else arn if kind in _ID_IS_ARN else name
        cls = sdk.resource_class(declared.type)
        promised = sdk.promised_outputs(cls) if cls else {}
        made_up = {"arn": arn, "name": name, "region": REGION, "tagsAll": _tags(declared)}
        outputs = {key: made_up[key] for key in made_up.keys() & promised.keys()}
        if kind == "certificate":
            outputs["domainValidationOptions"] = _validation(declared)
        return Created(
            id=id_, outputs={k: v for k, v in outputs.items() if k not in declared.inputs}
        )

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer the look-ups that are known here; any other is a `RehearsalError`."""
        if token not in _LOOK_UPS:
            message = (
                f"there is no made-up answer for the look-up {token}; "
                f"add one to {__name__}, or rehearse on the emulated account."
            )
            raise RehearsalError(message)
        return {"id": "made-up", **_LOOK_UPS[token](arguments)}


_SERVICES = {
    "alb": "elasticloadbalancing",
    "lb": "elasticloadbalancing",
    "cloudwatch": "logs",
    "rds": "rds",
}
_ID_PREFIXES = {
    "vpc": "vpc",
    "subnet": "subnet",
    "securityGroup": "sg",
    "securityGroupIngressRule": "sgr",
    "securityGroupEgressRule": "sgr",
    "natGateway": "nat",
    "internetGateway": "igw",
    "routeTable": "rtb",
    "vpcEndpoint": "vpce",
    "eip": "eipalloc",
    "privateDnsNamespace": "ns",
}
# Their id is their ARN (in the AWS provider's documentation, "Import").
_ID_IS_ARN = {"cluster", "service", "loadBalancer", "listener", "listenerRule", "targetGroup"}


def _tags(declared: Declared) -> Mapping[str, Any]:
    tags: Mapping[str, Any] = declared.inputs.get("tags") or {}
    return tags


def _vpc(declared: Declared) -> dict[str, Any]:
    """What `awsx.ec2.Vpc` answers; it spans three zones unless told otherwise."""
    names = declared.inputs.get("availabilityZoneNames")
    count = len(names) if names else declared.inputs.get("numberOfAvailabilityZones", 3)
    return {
        "vpcId": f"vpc-{declared.name}",
        "privateSubnetIds": [f"subnet-{declared.name}-private-{n}" for n in range(1, count + 1)],
        "publicSubnetIds": [f"subnet-{declared.name}-public-{n}" for n in range(1, count + 1)],
        "routeTables": [],
    }


def _validation(declared: Declared) -> list[dict[str, str]]:
    """What ACM asks to be put into DNS: one record for each name of a certificate."""
    hosts = [declared.inputs["domainName"], *declared.inputs.get("subjectAlternativeNames", [])]
    return [
        {
            "domainName": host,
            "resourceRecordName": f"_made-up.{host}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": "_made-up.acm-validations.aws.",
        }
        for host in hosts
    ]


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


def _vpc_lookup(arguments: Mapping[str, Any]) -> dict[str, Any]:
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


_LOOK_UPS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
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
    "aws:ec2/getVpc:getVpc": _vpc_lookup,
    "aws:ec2/getSubnet:getSubnet": _subnet,
    "aws:ec2/getPrefixList:getPrefixList": lambda arguments: {
        "id": "pl-made-up",
        "name": arguments.get("name", "com.amazonaws.made-up"),
        "cidrBlocks": ["52.218.0.0/17"],
    },
    "aws:route53/getZone:getZone": _zone,
    "aws:ssm/getParameter:getParameter": _parameter,
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": lambda _: {
        "authorizationToken": "bWFkZS11cDptYWRlLXVw",
        "expiresAt": "2030-01-01T00:00:00Z",
        "password": "made-up",
        "proxyEndpoint": f"https://{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com",
        "userName": "AWS",
    },
}
