"""Security groups and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.account.region import ACCOUNT_ID
from airflow_ecs.rehearsal.account.vpc import tagged
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.account.region import Region


def create_security_group(region: Region, inputs: Inputs) -> Created:
    """A group that allows what its inline rules say, and nothing else."""
    ec2 = region.client("ec2")
    group = ec2.create_security_group(
        GroupName=inputs.name(),
        Description=inputs.take("description", "Managed by Pulumi"),
        **inputs.request(pascal("vpcId")),
        **tagged("security-group", inputs),
    )["GroupId"]
    # AWS lets a new group call everyone; the provider takes that away.
    for permissions in ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]:
        if permissions["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(
                GroupId=group, IpPermissions=permissions["IpPermissionsEgress"]
            )
    ingress = [_inline(rule, group, inputs) for rule in inputs.take("ingress", [])]
    egress = [_inline(rule, group, inputs) for rule in inputs.take("egress", [])]
    if ingress:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=ingress)
    if egress:
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=egress)
    # It concerns deletion alone.
    inputs.aside("revokeRulesOnDelete")
    arn = region.arn("ec2", f"security-group/{group}")
    return Created(id=group, outputs={"arn": arn, "ownerId": ACCOUNT_ID})


def create_ingress_rule(region: Region, inputs: Inputs) -> Created:
    """One rule of who may call a group."""
    authorize = region.client("ec2").authorize_security_group_ingress
    return _rule(region, inputs, authorize)


def create_egress_rule(region: Region, inputs: Inputs) -> Created:
    """One rule of whom a group may call."""
    authorize = region.client("ec2").authorize_security_group_egress
    return _rule(region, inputs, authorize)


def _rule(region: Region, inputs: Inputs, authorize: Any) -> Created:
    group = inputs.required("securityGroupId")
    permission = inputs.request(pascal("ipProtocol", "fromPort", "toPort"))
    described = {"Description": text} if (text := inputs.take("description")) else {}
    for name, member, key in (
        ("cidrIpv4", "IpRanges", "CidrIp"),
        ("cidrIpv6", "Ipv6Ranges", "CidrIpv6"),
        ("prefixListId", "PrefixListIds", "PrefixListId"),
        ("referencedSecurityGroupId", "UserIdGroupPairs", "GroupId"),
    ):
        if (value := inputs.take(name)) is not None:
            permission[member] = [{key: value, **described}]
    answer = authorize(
        GroupId=group, IpPermissions=[permission], **tagged("security-group-rule", inputs)
    )
    rule = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    arn = region.arn("ec2", f"security-group-rule/{rule}")
    return Created(id=rule, outputs={"arn": arn, "securityGroupRuleId": rule})


def _inline(rule: Mapping[str, Any], group: str, inputs: Inputs) -> dict[str, Any]:
    left = {key: value for key, value in rule.items() if value not in (None, [])}
    described = {"Description": text} if (text := left.pop("description", None)) else {}
    groups = [*left.pop("securityGroups", []), *([group] if left.pop("self", False) else [])]
    permission: dict[str, Any] = {
        "IpProtocol": str(left.pop("protocol", "-1")),
        "FromPort": left.pop("fromPort", None),
        "ToPort": left.pop("toPort", None),
        "UserIdGroupPairs": [{"GroupId": one, **described} for one in groups],
        "IpRanges": [{"CidrIp": one, **described} for one in left.pop("cidrBlocks", [])],
        "Ipv6Ranges": [{"CidrIpv6": one, **described} for one in left.pop("ipv6CidrBlocks", [])],
        "PrefixListIds": [
            {"PrefixListId": one, **described} for one in left.pop("prefixListIds", [])
        ],
    }
    inputs.translated(left, {}, "rule")
    return {key: value for key, value in permission.items() if value not in (None, [])}
