"""A cloud of made-up answers, for tests without any AWS."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal import sdk
from airflow_ecs.rehearsal.declared import Created, Declared, RehearsalError
from airflow_ecs.rehearsal.made_up_look_ups import ACCOUNT, LOOK_UPS, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Placeholders:
    """Creates nothing, and gives each resource an id, an ARN and a name such as AWS's.

    Fast, without boto3, and the same in each run.
    """

    def create(self, declared: Declared) -> Created:
        """Make up what identifies the resource; the runner stands in for the rest."""
        mark = hashlib.sha256(declared.urn.encode()).hexdigest()
        name = str(declared.inputs.get("name") or f"{declared.name}-{mark[:7]}")
        package, _, rest = declared.type.partition(":")
        outputs = _OUTPUTS[declared.type](declared) if declared.type in _OUTPUTS else {}
        if package != "aws":
            return Created(id="" if declared.remote else name, outputs=outputs)
        service, _, kind = rest.partition(":")[0].partition("/")
        arn = _arn(service, kind, name)
        id_ = arn if kind in _ID_IS_ARN else name
        if kind in _ID_PREFIXES:
            id_ = f"{_ID_PREFIXES[kind]}-{mark[:17]}"
        tags = declared.inputs.get("tags", {})
        identity = {"arn": arn, "name": name, "region": REGION, "tagsAll": tags}
        cls = sdk.resource_class(declared.type)
        promised = (sdk.promised_outputs(cls) if cls else {}).keys() - declared.inputs.keys()
        known = {key: value for key, value in identity.items() if key in promised}
        return Created(id=id_, outputs={**known, **outputs})

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer the look-ups that are known here; any other is a `RehearsalError`."""
        if token not in LOOK_UPS:
            message = (
                f"there is no made-up answer for the look-up {token}; "
                f"add one to made_up_look_ups.py, or rehearse on the emulated account."
            )
            raise RehearsalError(message)
        return {"id": "made-up", **LOOK_UPS[token](arguments)}


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


# How an ARN goes on after the account, where not with the type: (service, what comes before
# the name).
_ARNS = {
    "targetGroup": ("elasticloadbalancing", "targetgroup/"),
    "loadBalancer": ("elasticloadbalancing", "loadbalancer/app/"),
    "listener": ("elasticloadbalancing", "listener/app/"),
    "listenerRule": ("elasticloadbalancing", "listener-rule/app/"),
    "logGroup": ("logs", "log-group:"),
    "taskDefinition": ("ecs", "task-definition/"),
    "parameter": ("ssm", "parameter/"),
    "function": ("lambda", "function:"),
    "secret": ("secretsmanager", "secret:"),
}


def _arn(service: str, kind: str, name: str) -> str:
    if service == "s3":
        return f"arn:aws:s3:::{name}"
    if service == "iam":
        return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"
    service, path = _ARNS.get(kind, (service, f"{kind}/"))
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{path}{name.removeprefix('/')}"


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


def _certificate(declared: Declared) -> dict[str, Any]:
    """What ACM asks to be put into DNS: one record for each name of a certificate."""
    hosts = [declared.inputs["domainName"], *declared.inputs.get("subjectAlternativeNames", [])]
    records = [
        {
            "domainName": host,
            "resourceRecordName": f"_made-up.{host}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": "_made-up.acm-validations.aws.",
        }
        for host in hosts
    ]
    return {"domainValidationOptions": records}


def _database(declared: Declared) -> dict[str, Any]:
    """Where RDS keeps a password that it manages."""
    if not declared.inputs.get("manageMasterUserPassword"):
        return {}
    return {
        "masterUserSecrets": [
            {"secretArn": _arn("secretsmanager", "secret", f"rds!{declared.name}-a1b2c3")}
        ]
    }


_OUTPUTS: Mapping[str, Callable[[Declared], dict[str, Any]]] = {
    "awsx:ec2:Vpc": _vpc,
    "aws:acm/certificate:Certificate": _certificate,
    "aws:rds/cluster:Cluster": _database,
    "aws:rds/instance:Instance": _database,
}
