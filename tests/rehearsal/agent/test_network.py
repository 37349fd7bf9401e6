"""What `hook/` makes of the network in a Python process, each in a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.agent.host import HOOK
from airflow_ecs.rehearsal.agent.names import Names

if TYPE_CHECKING:
    from pathlib import Path

OWN = "127.0.7.7"
NAME = "ip-127-0-7-7.eu-central-1.compute.internal"


def free_port() -> int:
    """A port that nobody has at the task's address."""
    with socket.create_server((OWN, 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def said(tmp_path: Path, program: str, **environment: str) -> Any:
    """What a program prints that runs in a task whose VPC knows two names."""
    names = Names(tmp_path / "names.json")
    names.add("database.internal", "127.0.7.8")
    names.add("api.internal", "127.0.7.9")
    variables = {
        "PYTHONPATH": str(HOOK),
        "REHEARSAL_ADDRESS": OWN,
        "REHEARSAL_NAMES": str(names.path),
        "HOSTNAME": NAME,
    }
    answer = subprocess.run(
        [sys.executable, "-c", f"import json, socket\n{program}"],
        env=variables | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize(
    ("look_up", "found"),
    [
        ("socket.gethostbyname('database.internal')", "127.0.7.8"),
        ("socket.gethostbyname('Database.Internal.')", "127.0.7.8"),
        ("socket.gethostbyname_ex('api.internal')[2]", ["127.0.7.9"]),
        ("socket.getaddrinfo('api.internal', 80)[0][4]", ["127.0.7.9", 80]),
        ("socket.getaddrinfo(b'api.internal', '80')[0][4]", ["127.0.7.9", 80]),
        ("socket.gethostname()", NAME),
        ("socket.getfqdn()", NAME),
        ("socket.gethostbyname(socket.getfqdn())", OWN),
        ("socket.gethostbyname('localhost')", OWN),
        # As airflow.utils.net does it.
        (
            f"[one[3] for one in socket.getaddrinfo('{NAME}', None, 0, socket.SOCK_DGRAM, 0, "
            "socket.AI_CANONNAME)]",
            [NAME],
        ),
        ("socket.gethostbyname('127.0.0.1')", "127.0.0.1"),
    ],
)
def test_names_lead_where_they_lead_in_the_vpc(tmp_path: Path, look_up: str, found: Any) -> None:
    assert said(tmp_path, f"print(json.dumps({look_up}))") == found


def test_asyncio_looks_up_the_same_names(tmp_path: Path) -> None:
    program = (
        "import asyncio\n"
        "async def main(): return await asyncio.get_running_loop().getaddrinfo('api.internal', 1)\n"
        "print(json.dumps(asyncio.run(main())[0][4]))"
    )

    assert said(tmp_path, program) == ["127.0.7.9", 1]


def test_a_name_that_comes_later_is_known_then(tmp_path: Path) -> None:
    program = (
        "import os\n"
        "def look():\n"
        "    try: return socket.gethostbyname('later.internal')\n"
        "    except OSError: return None\n"
        "before = look()\n"
        "open(os.environ['REHEARSAL_NAMES'], 'w').write('{\"later.internal\": [\"127.0.7.5\"]}')\n"
        "print(json.dumps([before, look()]))"
    )

    assert said(tmp_path, program) == [None, "127.0.7.5"]


@pytest.mark.parametrize(
    "everywhere",
    ["0.0.0.0", "", "127.0.0.1", "localhost", OWN],  # noqa: S104 - this is what is replaced
)
def test_a_server_listens_at_the_address_of_its_task_alone(tmp_path: Path, everywhere: str) -> None:
    port = free_port()
    program = (
        f"server = socket.create_server(({everywhere!r}, {port}))\n"
        f"socket.create_connection(('127.0.0.1', {port})).close()\n"
        "print(json.dumps(server.getsockname()))"
    )

    assert said(tmp_path, program) == [OWN, port]


def test_a_server_for_ipv6_too_listens_at_the_same_address(tmp_path: Path) -> None:
    port = free_port()
    program = (
        f"server = socket.create_server(('::', {port}), family=socket.AF_INET6)\n"
        f"socket.create_connection(('{OWN}', {port})).close()\n"
        "print(json.dumps(server.getsockname()[:2]))"
    )

    assert said(tmp_path, program) == [f"::ffff:{OWN}", port]


def test_asyncio_without_a_host_listens_once(tmp_path: Path) -> None:
    port = free_port()
    program = (
        "import asyncio\n"
        "async def main():\n"
        f"    server = await asyncio.start_server(print, None, {port})\n"
        "    return [one.getsockname() for one in server.sockets]\n"
        "print(json.dumps(asyncio.run(main())))"
    )

    assert said(tmp_path, program) == [[OWN, port]]


def test_what_leads_to_aws_is_not_the_tasks_own(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gate:
        port = gate.getsockname()[1]
        program = (
            "refused = []\n"
            "with socket.socket() as one: refused.append(bool(one.connect_ex(ADDRESS)))\n"
            "try: socket.create_connection(ADDRESS).close()\n"
            "except OSError: refused.append(True)\n"
            "else: refused.append(False)\n"
            "print(json.dumps(refused))"
        ).replace("ADDRESS", f"('127.0.0.1', {port})")

        led = said(tmp_path, program, AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}")
        assert led == [False, False]
        assert said(tmp_path, program) == [True, True]


def test_libraries_that_look_names_up_in_c_are_left_out(tmp_path: Path) -> None:
    program = (
        "try: import uvloop\n"
        "except ImportError: print(json.dumps('left out'))\n"
        "else: print(json.dumps('there'))"
    )
    (tmp_path / "uvloop.py").write_text("")

    here = f"{HOOK}:{tmp_path}"
    assert said(tmp_path, program, PYTHONPATH=here) == "left out"
    assert said(tmp_path, program, PYTHONPATH=here, REHEARSAL_ADDRESS="") == "there"


def test_another_sitecustomize_runs_as_well(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os; os.environ['CUSTOMIZED'] = 'yes'")
    program = "import os; print(json.dumps([os.environ['CUSTOMIZED'], socket.gethostname()]))"

    assert said(tmp_path, program, PYTHONPATH=f"{HOOK}:{tmp_path}") == ["yes", NAME]
