"""What ECS and its agents say to each other out of sight of the API, as two routes.

- `GET /rehearsal/ecs/changes?after=N` answers `{"changes": M}` once there is something to do
  that a caller who knew N doesn't know, or after `PATIENCE` seconds;
- `POST /rehearsal/ecs/health` takes `{"task": ARN, "container": name, "health": "HEALTHY"}`:
  `SubmitContainerStateChange` has no member for it.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Application = Callable[..., Iterable[bytes]]

PATIENCE = 50.0
"""Seconds for which a question for changes is kept waiting."""


class Changes:
    """Counts what an agent has to look at, and lets it wait for more."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def add(self) -> None:
        """Something has changed."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def after(self, known: int, patience: float) -> int:
        """The count, as soon as it is not the one that is known."""
        with self._changed:
            self._changed.wait_for(lambda: self._count != known, patience)
            return self._count


def routes(
    application: Application, changes: Changes, tell_health: Callable[..., None]
) -> Application:
    """The account with the two routes in front of it."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        said: dict[str, int] = {}
        if path == "/rehearsal/ecs/changes":
            known = int(parse_qs(environ["QUERY_STRING"])["after"][0])
            said["changes"] = changes.after(known, PATIENCE)
        elif path == "/rehearsal/ecs/health":
            length = int(environ["CONTENT_LENGTH"])
            tell_health(**json.loads(environ["wsgi.input"].read(length)))
        else:
            return application(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]

    return answer
