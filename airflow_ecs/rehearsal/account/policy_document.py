"""`aws.iam.get_policy_document`: a policy in the words of JSON, as the provider writes it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_ecs.rehearsal.account.region import Region


def get_policy_document(region: Region, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A policy in the words of JSON."""
    document: dict[str, Any] = {"Version": arguments.get("version") or "2012-10-17"}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    document["Statement"] = [_statement(one) for one in arguments.get("statements") or []]
    return {
        "id": hashlib.sha256(json.dumps(document).encode()).hexdigest()[:10],
        "json": json.dumps(document, indent=2),
        "minifiedJson": json.dumps(document, separators=(",", ":")),
    }


def _statement(given: Mapping[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": given.get("effect") or "Allow"}
    if given.get("sid"):
        statement["Sid"] = given["sid"]
    lists = {
        "actions": "Action",
        "notActions": "NotAction",
        "resources": "Resource",
        "notResources": "NotResource",
    }
    for key, member in lists.items():
        if values := given.get(key):
            statement[member] = values[0] if len(values) == 1 else values
    for key, member in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        for principal in given.get(key) or []:
            many = principal["identifiers"]
            value = many[0] if len(many) == 1 else many
            if principal["type"] == "*":
                statement[member] = "*"
            else:
                statement.setdefault(member, {})[principal["type"]] = value
    for condition in given.get("conditions") or []:
        values = condition["values"]
        statement.setdefault("Condition", {}).setdefault(condition["test"], {})[
            condition["variable"]
        ] = values[0] if len(values) == 1 else values
    return statement
