"""IAM: roles and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.region import Region


def create_role(region: Region, inputs: Inputs) -> Created:
    """A role with its inline and managed policies."""
    iam = region.client("iam")
    name = inputs.name()
    # It concerns deletion alone.
    inputs.aside("forceDetachPolicies")
    role = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=inputs.required("assumeRolePolicy"),
        **inputs.tag_list(),
        **inputs.request(
            pascal("description", "maxSessionDuration", "path", "permissionsBoundary")
        ),
    )["Role"]
    for policy in inputs.take("inlinePolicies", []):
        iam.put_role_policy(
            RoleName=name, PolicyName=policy["name"], PolicyDocument=policy["policy"]
        )
    for arn in inputs.take("managedPolicyArns", []):
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    return Created(id=name, outputs={"arn": role["Arn"], "name": name, "uniqueId": role["RoleId"]})


def create_role_policy(region: Region, inputs: Inputs) -> Created:
    """An inline policy of a role."""
    role, name = inputs.required("role"), inputs.name()
    region.client("iam").put_role_policy(
        RoleName=role, PolicyName=name, PolicyDocument=inputs.required("policy")
    )
    return Created(id=f"{role}:{name}", outputs={"name": name})


def create_policy(region: Region, inputs: Inputs) -> Created:
    """A managed policy."""
    name = inputs.name()
    policy = region.client("iam").create_policy(
        PolicyName=name,
        PolicyDocument=inputs.required("policy"),
        **inputs.tag_list(),
        **inputs.request(pascal("description", "path")),
    )["Policy"]
    inputs.aside("delayAfterPolicyCreationInMs")
    arn = policy["Arn"]
    return Created(id=arn, outputs={"arn": arn, "name": name, "policyId": policy["PolicyId"]})


def create_role_policy_attachment(region: Region, inputs: Inputs) -> Created:
    """A managed policy on a role."""
    role, policy = inputs.required("role"), inputs.required("policyArn")
    region.client("iam").attach_role_policy(RoleName=role, PolicyArn=policy)
    return Created(id=f"{role}/{policy}")
