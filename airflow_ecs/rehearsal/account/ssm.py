"""Parameter Store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, pairs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.region import Region

# Bytes of a value. Source: AWS Systems Manager endpoints and quotas.
_VALUE_LIMIT = {"Standard": 4096, "Advanced": 8192, "Intelligent-Tiering": 8192}


def create_parameter(region: Region, inputs: Inputs) -> Created:
    """A parameter; its version is what dependents roll on."""
    ssm = region.client("ssm")
    name = inputs.name()
    value = inputs.take("value", inputs.take("insecureValue", inputs.take("valueWo")))
    if value is None:
        raise inputs.refusal("it has no value; give value, insecureValue or valueWo.")
    # It only tells the provider when to write valueWo again.
    inputs.aside("valueWoVersion", "arn")
    tier = inputs.take("tier", "Standard")
    size = len(value.encode())
    if size > _VALUE_LIMIT.get(tier, size):
        raise inputs.refusal(
            f"its value has {size} bytes, and the {tier} tier holds {_VALUE_LIMIT[tier]}; "
            "shorten it, or write tier Advanced."
        )
    overwrite = inputs.take("overwrite", False)
    request = inputs.request(pascal("type", "description", "keyId", "allowedPattern", "dataType"))
    # The API takes tags for a new parameter only.
    tags = {} if overwrite else inputs.tag_list()
    version = ssm.put_parameter(
        Name=name, Value=value, Tier=tier, Overwrite=overwrite, **request, **tags
    )["Version"]
    if overwrite and (added := inputs.tags()):
        ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId=name, Tags=pairs(added))
    arn = region.arn("ssm", f"parameter/{name.removeprefix('/')}")
    return Created(id=name, outputs={"arn": arn, "version": version, "name": name, "tier": tier})
