"""KMS keys and their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.account.inputs import Inputs, pascal
from airflow_ecs.rehearsal.declared import Created

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.region import Region


def create_key(region: Region, inputs: Inputs) -> Created:
    """A key, with its rotation."""
    kms = region.client("kms")
    # It concerns deletion alone.
    inputs.aside("deletionWindowInDays")
    key = kms.create_key(
        **inputs.tag_list("Tags", "TagKey", "TagValue"),
        **inputs.request(
            pascal(
                "description",
                "policy",
                "multiRegion",
                "keyUsage",
                "bypassPolicyLockoutSafetyCheck",
            )
            | {"customerMasterKeySpec": "KeySpec"}
        ),
    )["KeyMetadata"]
    identity = key["KeyId"]
    if inputs.take("enableKeyRotation", False):
        kms.enable_key_rotation(KeyId=identity, **inputs.request(pascal("rotationPeriodInDays")))
    if not inputs.take("isEnabled", True):
        kms.disable_key(KeyId=identity)
    return Created(id=identity, outputs={"arn": key["Arn"], "keyId": identity})


def create_alias(region: Region, inputs: Inputs) -> Created:
    """Another name of a key."""
    kms = region.client("kms")
    target = inputs.required("targetKeyId")
    name = inputs.name()
    # The provider puts it before a name that it makes itself.
    name = name if name.startswith("alias/") else f"alias/{name}"
    kms.create_alias(AliasName=name, TargetKeyId=target)
    key = kms.describe_key(KeyId=target)["KeyMetadata"]
    outputs = {"arn": region.arn("kms", name), "name": name, "targetKeyArn": key["Arn"]}
    return Created(id=name, outputs=outputs)


def check(region: Region, inputs: Inputs, name: str) -> None:
    """Refuse a key that the account does not have; moto fails without saying so."""
    kms, key = region.client("kms"), inputs.take(name)
    if key is None:
        return
    try:
        kms.describe_key(KeyId=key)
    except kms.exceptions.NotFoundException:
        raise inputs.refusal(
            f"{name} is {key}, which is not in the emulated account; make the key in the program, "
            "or leave it out of the rehearsed stack."
        ) from None
