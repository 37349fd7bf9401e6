"""The AWS calls that roles were refused: often the broken link of a service that does not run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.state import State

_TIMEOUT = 5.0


def refusals(state: State) -> list[str]:
    """What the gateway said of each, the latest last; none when nobody can be asked."""
    if state.introspection is None:
        return []
    # A proxy of this machine's leads elsewhere.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"{state.introspection}/v1/denials", timeout=_TIMEOUT) as answer:
            return [str(one["message"]) for one in json.load(answer)]
    except (URLError, OSError, ValueError):
        return []


def sentence(state: State) -> str:
    """The last refused calls, to be put behind an error; empty when there are none."""
    last = list(dict.fromkeys(refusals(state)))[-3:]
    return "\nRefused calls:\n" + "\n".join(last) if last else ""
