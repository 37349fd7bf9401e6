"""What the agent tells about itself, as ECS's own agent does: here, what roles were refused.

`GET /v1/denials` answers a list, the latest last; whoever looks for a broken link reads it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.gateway.serving import LoopbackServer

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.gateway.gateway import Gateway
    from airflow_ecs.rehearsal.gateway.serving import Handler


def server(gateway: Gateway, address: str) -> LoopbackServer:
    """A server at a free port of the address."""

    def respond(handler: Handler) -> None:
        if handler.path != "/v1/denials":
            handler.write(404, {}, b"")
            return
        told = [
            {
                "at": one.at.isoformat(),
                "role": one.role_arn,
                "action": one.action,
                "resource": one.resource,
                "message": one.message,
            }
            for one in gateway.denials
        ]
        handler.write(200, {"Content-Type": "application/json"}, json.dumps(told).encode())

    return LoopbackServer(respond, address)
