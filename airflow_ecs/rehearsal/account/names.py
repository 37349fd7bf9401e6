"""Physical names: which input holds one, what AWS allows, and what the provider makes up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


# Digits of a made-up name: Pulumi's after a logical name, and Terraform's, on which the AWS
# provider is built, after a prefix.
_PULUMI_DIGITS = 7
_TERRAFORM_DIGITS = 26


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """How one type of resource gets its name.

    `lower` is whether made-up names are lower case; `autonamed` whether Pulumi makes them up,
    from the logical name, rather than Terraform.
    """

    limit: int
    field: str = "name"
    prefix: str = "namePrefix"
    lower: bool = False
    autonamed: bool = True

    def of(self, inputs: Mapping[str, Any], *, logical_name: str, urn: str) -> str:
        """The name as given, or as the provider makes it.

        The digits come from the URN, so that a rehearsal gives the same names each time.
        """
        if (given := inputs.get(self.field)) is not None:
            return str(given)
        digits = hashlib.sha256(urn.encode()).hexdigest()
        if (prefix := inputs.get(self.prefix)) is not None:
            return f"{prefix}{digits[:_TERRAFORM_DIGITS]}"
        if not self.autonamed:
            return f"terraform-{digits[:_TERRAFORM_DIGITS]}"
        name = f"{logical_name}-{digits[:_PULUMI_DIGITS]}"
        return name.lower() if self.lower else name


# Limits are AWS's own, from the API reference of each service.
NAMES = {
    "aws:cloudwatch/eventRule:EventRule": Naming(limit=64),
    "aws:cloudwatch/logGroup:LogGroup": Naming(limit=512),
    "aws:codebuild/project:Project": Naming(limit=150),
    "aws:ec2/securityGroup:SecurityGroup": Naming(limit=255),
    "aws:ecr/repository:Repository": Naming(limit=256, lower=True),
    "aws:ecs/cluster:Cluster": Naming(limit=255),
    "aws:ecs/service:Service": Naming(limit=255),
    "aws:elasticache/parameterGroup:ParameterGroup": Naming(limit=255, lower=True),
    "aws:elasticache/replicationGroup:ReplicationGroup": Naming(
        limit=40, field="replicationGroupId", lower=True
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": Naming(limit=255, lower=True),
    "aws:iam/policy:Policy": Naming(limit=128),
    "aws:iam/role:Role": Naming(limit=64),
    "aws:iam/rolePolicy:RolePolicy": Naming(limit=128),
    "aws:kms/alias:Alias": Naming(limit=256),
    "aws:lambda/function:Function": Naming(limit=64),
    "aws:lambda/permission:Permission": Naming(
        limit=100, field="statementId", prefix="statementIdPrefix"
    ),
    "aws:lb/loadBalancer:LoadBalancer": Naming(limit=32),
    "aws:lb/targetGroup:TargetGroup": Naming(limit=32),
    "aws:rds/cluster:Cluster": Naming(
        limit=63, field="clusterIdentifier", prefix="clusterIdentifierPrefix", autonamed=False
    ),
    "aws:rds/clusterInstance:ClusterInstance": Naming(
        limit=63, field="identifier", prefix="identifierPrefix", autonamed=False
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": Naming(limit=255, lower=True),
    "aws:rds/instance:Instance": Naming(
        limit=63, field="identifier", prefix="identifierPrefix", autonamed=False
    ),
    "aws:rds/parameterGroup:ParameterGroup": Naming(limit=255, lower=True),
    "aws:rds/subnetGroup:SubnetGroup": Naming(limit=255, lower=True),
    "aws:route53/zone:Zone": Naming(limit=255),
    "aws:s3/bucket:Bucket": Naming(limit=63, field="bucket", prefix="bucketPrefix", lower=True),
    "aws:secretsmanager/secret:Secret": Naming(limit=512),
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": Naming(limit=1024),
    "aws:servicediscovery/service:Service": Naming(limit=127),
    "aws:ssm/parameter:Parameter": Naming(limit=1011),
}


def too_long(naming: Naming, name: str) -> str | None:
    """A sentence when AWS would refuse the name for its length."""
    if len(name) <= naming.limit:
        return None
    return (
        f"{naming.field} would be '{name}', {len(name)} characters, and AWS takes at most "
        f"{naming.limit}; write a shorter {naming.field} or a shorter logical name."
    )
