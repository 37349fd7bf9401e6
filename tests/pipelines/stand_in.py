"""Servers on this machine that play what a step asks: a quality gate, or a service of AWS."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # What is asked (path, or the operation of a JSON protocol) and the body -> status and body.
    Answer = Callable[[str, bytes], tuple[int, bytes]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server until the block ends; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(self.path)

        def do_HEAD(self) -> None:
            self._answer(self.path)

        def do_POST(self) -> None:
            self._answer(self.headers.get("X-Amz-Target", self.path).rpartition(".")[2])

        def _answer(self, asked: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, content = answer(asked, body)
            self.send_response(status)
            if status == 200 and b"errorMessage" in content:
                self.send_header("X-Amz-Function-Error", "Unhandled")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def documents(answer: Callable[[str, Any], Any]) -> Answer:
    """An answer in JSON to a question in JSON."""

    def answered(asked: str, body: bytes) -> tuple[int, bytes]:
        return 200, json.dumps(answer(asked, json.loads(body or b"{}"))).encode()

    return answered
