"""Where the deployment happens: partition, region and account of the provider."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What ARNs are made of."""

    partition: pulumi.Output[str]
    region: pulumi.Output[str]
    id: pulumi.Output[str]

    @classmethod
    def of(cls, parent: pulumi.Resource) -> Account:
        """The account that the provider of `parent` deploys to."""
        options = pulumi.InvokeOptions(parent=parent)
        return cls(
            partition=aws.get_partition_output(opts=options).partition,
            region=aws.get_region_output(opts=options).region,
            id=aws.get_caller_identity_output(opts=options).account_id,
        )

    @property
    def registry(self) -> pulumi.Output[str]:
        """The host of the account's ECR registry."""
        return pulumi.Output.concat(self.id, ".dkr.ecr.", self.region, ".amazonaws.com")

    def arn(self, service: str, resource: pulumi.Input[str]) -> pulumi.Output[str]:
        """The ARN of a resource in this account and region."""
        place = pulumi.Output.concat("arn:", self.partition, f":{service}:", self.region)
        return pulumi.Output.concat(place, ":", self.id, ":", resource)
