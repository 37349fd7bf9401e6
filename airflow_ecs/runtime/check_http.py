"""Is the web server of this container well? `check_http PORT PATH` expects the status 200.

It speaks HTTP over a socket, since importing an HTTP client costs more than the check.
A process that is frozen accepts the connection, but never answers.
"""

import socket
import sys

TIMEOUT = 4.0
"""Seconds for the connection, and again for the answer: ECS gives a check 5 by default."""


def fault(port: int, path: str) -> str | None:
    """Return what is wrong with the server on `port`, or None when `path` answers 200."""
    try:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            with connection.makefile("rb") as answer:
                status = answer.readline(1000).decode("latin-1").strip()
    except OSError as error:
        return f"port {port} does not answer: {error}"
    if status.split(" ")[1:2] != ["200"]:
        return f"port {port} answers {path} with {status!r}, not with status 200"
    return None


if __name__ == "__main__":
    sys.exit(fault(int(sys.argv[1]), sys.argv[2]))
