from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from .conftest import Workbench


@pytest.mark.parametrize(
    ("type_", "inputs", "sentence"),
    [
        (
            "aws:ecs/cluster:Cluster",
            {"settings": [{"name": "insights", "value": "on"}]},
            r"settings\[0\]\.name is 'insights'; write one of containerInsights",
        ),
        (
            "aws:ecr/repository:Repository",
            {"imageTagMutability": "FIXED"},
            "imageTagMutability is 'FIXED'; write one of MUTABLE",
        ),
        (
            "aws:ssm/parameter:Parameter",
            {"type": "Secure", "value": "x"},
            "Type is 'Secure'; write one of String, StringList, SecureString",
        ),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            {"name": "a group"},
            "logGroupName is 'a group', which does not match",
        ),
        (
            "aws:iam/role:Role",
            {"assumeRolePolicy": "{}", "maxSessionDuration": 50_000},
            "MaxSessionDuration is 50000, and at most 43200 is allowed",
        ),
    ],
)
def test_what_the_model_of_the_api_forbids_is_refused(
    bench: Workbench, type_: str, inputs: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RehearsalError, match=sentence):
        bench.create(type_, "x", **inputs)


def test_what_botocore_trims_itself_is_no_mistake(bench: Workbench) -> None:
    zone = bench.create("aws:route53/zone:Zone", "z", name="example.com").id

    found = bench.client("route53").get_hosted_zone(Id=f"/hostedzone/{zone}")

    assert found["HostedZone"]["Name"] == "example.com."
