"""Where the deployment happens: partition, region and account of the provider."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    partition: str
    region: str
    account: str


class Account:
    """The account that the provider of `parent` deploys to."""

    region: pulumi.Output[str]
    partition: pulumi.Output[str]
    registry: pulumi.Output[str]
    """The host of the account's ECR registry."""

    def __init__(self, parent: pulumi.Resource) -> None:
        options = pulumi.InvokeOptions(parent=parent)
        self._place: pulumi.Output[_Place] = pulumi.Output.all(
            aws.get_partition_output(opts=options).partition,
            aws.get_region_output(opts=options).region,
            aws.get_caller_identity_output(opts=options).account_id,
        ).apply(lambda found: _Place(partition=found[0], region=found[1], account=found[2]))
        self.region = self._place.apply(lambda place: place.region)
        self.partition = self._place.apply(lambda place: place.partition)
        self.registry = self._place.apply(
            lambda place: f"{place.account}.dkr.ecr.{place.region}.amazonaws.com"
        )

    def arn(self, service: str, resource: pulumi.Input[str]) -> pulumi.Output[str]:
        """The ARN of a resource in this account and region."""
        start = self._place.apply(
            lambda place: f"arn:{place.partition}:{service}:{place.region}:{place.account}:"
        )
        return pulumi.Output.concat(start, resource)
