"""A web page of the deployment, asked at its address on this machine."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Seconds for one answer; a loaded machine may need many.
_PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a page answers. `location` is where a redirection leads to."""

    status: int
    body: bytes
    location: str = ""

    def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page by its address on this machine, such as `http://airflow.localhost:8080`."""

    url: str

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask, and read the whole answer; a `body` is sent as JSON.

        Raises:
            RehearsalError: nothing answers at the address.
        """
        connection = self._connection()
        try:
            response = self._respond(connection, method, path, body, headers or {})
            return Answer(
                status=response.status,
                body=response.read(),
                location=response.getheader("Location", ""),
            )
        except (OSError, http.client.HTTPException) as error:
            raise self._silent(method, path, error) from error
        finally:
            connection.close()

    def lines(self, path: str, headers: Mapping[str, str]) -> Iterator[bytes]:
        """Ask for an answer that comes in lines, and give each when it is there."""
        connection = self._connection()
        try:
            response = self._respond(connection, "GET", path, None, headers)
            if response.status != http.HTTPStatus.OK:
                raise RehearsalError(f"GET {self.url}{path} answers {response.status}.")
            yield from response
        except (OSError, http.client.HTTPException) as error:
            raise self._silent("GET", path, error) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        # Browsers take *.localhost for this machine; not every resolver does.
        here = "127.0.0.1" if host.endswith("localhost") else host
        return http.client.HTTPConnection(here, parts.port, timeout=_PATIENCE)

    def _respond(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: object,
        headers: Mapping[str, str],
    ) -> http.client.HTTPResponse:
        content = None if body is None else json.dumps(body)
        typed = {} if body is None else {"Content-Type": "application/json"}
        host = {"Host": urlsplit(self.url).netloc}
        connection.request(method, path, content, {**host, **typed, **headers})
        return connection.getresponse()

    def _silent(self, method: str, path: str, error: Exception) -> RehearsalError:
        return RehearsalError(f"{method} {self.url}{path} has no answer: {error or repr(error)}.")
