"""A JSON document that holds outputs of resources."""

from __future__ import annotations

import json
from typing import Any

import pulumi


def json_text(document: Any) -> pulumi.Output[str]:
    """The document as JSON with sorted keys, once the outputs in it are known.

    `Output.json_dumps` makes an output of every value in a document, known or not: for this
    package's definitions and policies that was half of the time of a plan.
    """
    late: dict[int, Any] = {}
    # The encoder asks about whatever is not JSON, which is exactly the outputs.
    json.dumps(document, default=lambda output: late.setdefault(id(output), output) and None)

    def write(known: list[Any]) -> str:
        values = dict(zip(late, known, strict=True))
        return json.dumps(document, default=lambda output: values[id(output)], sort_keys=True)

    return pulumi.Output.all(*late.values()).apply(write)
