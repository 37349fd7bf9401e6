"""Gives the services new tasks when a password has changed, which only new ones read.

This file alone is the Lambda function that an EventBridge rule calls.
"""

from __future__ import annotations

import json
import logging
import os
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)


class RollError(Exception):
    """Some services go on with the password of before; says which, and why."""


def handler(event: Mapping[str, Any], context: object) -> dict[str, list[str]]:
    """Roll every service that CLUSTER and SERVICES, a JSON list, name.

    Raises:
        RollError: ECS refused one; the others are rolled nevertheless, and Lambda tries again.
    """
    log.info("%s has a new value.", event.get("detail", {}).get("name"))
    ecs = boto3.client("ecs")
    refused = {}
    services = json.loads(os.environ["SERVICES"])
    for service in services:
        try:
            ecs.update_service(
                cluster=os.environ["CLUSTER"], service=service, forceNewDeployment=True
            )
        except ClientError as error:
            refused[service] = error.response["Error"]["Message"]
    if refused:
        reasons = "; ".join(f"{service}: {reason}" for service, reason in refused.items())
        raise RollError(f"not rolled, so that they have the old password still: {reasons}")
    return {"rolled": services}
