"""What the emulated AWS has refused to the roles of running tasks."""

from __future__ import annotations

import json
import urllib.request
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.state import State


def since(state: State, moment: datetime) -> list[str]:
    """Each refusal since then, in AWS's words and once; none when the agent doesn't tell."""
    if state.introspection is None:
        return []
    # Loopback goes through no proxy, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError), opener.open(f"{state.introspection}/v1/denials", timeout=10) as answer:
        told = [one for one in json.load(answer) if datetime.fromisoformat(one["at"]) >= moment]
        # One missing permission is refused for each object that is asked for.
        return list({(one["role"], one["action"]): one["message"] for one in told}.values())
    return []
