from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from .conftest import Workbench

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        },
    }
)
LOOK = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
    }
)
MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def test_a_role_has_its_policies(bench: Workbench) -> None:
    role = bench.create("aws:iam/role:Role", "task", assumeRolePolicy=TRUST)
    bench.create("aws:iam/rolePolicy:RolePolicy", "look", role=role.id, policy=LOOK)
    own = bench.create("aws:iam/policy:Policy", "own", policy=LOOK).id
    for number, arn in enumerate([own, MANAGED]):
        bench.create(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            f"a{number}",
            role=role.id,
            policyArn=arn,
        )

    iam = bench.client("iam")
    attached = iam.list_attached_role_policies(RoleName=role.id)["AttachedPolicies"]
    assert role.outputs["arn"].endswith(f":role/{role.id}")
    assert {one["PolicyArn"] for one in attached} == {own, MANAGED}
    assert len(iam.list_role_policies(RoleName=role.id)["PolicyNames"]) == 1


def test_a_policy_that_iam_would_not_take_is_refused(bench: Workbench) -> None:
    role = bench.create("aws:iam/role:Role", "task", assumeRolePolicy=TRUST).id
    statement = {"Effect": "Allow", "Action": "s3:GetObject"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})

    with pytest.raises(RehearsalError, match="must contain resources"):
        bench.create("aws:iam/rolePolicy:RolePolicy", "look", role=role, policy=policy)


def test_a_name_that_is_made_up_is_the_same_each_time(bench: Workbench) -> None:
    first = bench.create("aws:iam/role:Role", "task", assumeRolePolicy=TRUST).id

    with pytest.raises(RehearsalError, match=first):
        bench.create("aws:iam/role:Role", "task", assumeRolePolicy=TRUST)
    assert len(first) == len("task-") + 7


def test_a_prefix_begins_the_name(bench: Workbench) -> None:
    role = bench.create("aws:iam/role:Role", "task", assumeRolePolicy=TRUST, namePrefix="af-")

    assert role.id.startswith("af-")
    assert len(role.id) == len("af-") + 26


def test_a_name_over_the_limit_is_refused(bench: Workbench) -> None:
    with pytest.raises(RehearsalError, match="65 characters, and AWS takes at most 64"):
        bench.create("aws:iam/role:Role", "r", name="r" * 65, assumeRolePolicy=TRUST)
