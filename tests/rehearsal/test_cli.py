"""The command line, from `rehearse` to `down`, as a user runs it."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from airflow_ecs import cli
from airflow_ecs.rehearsal.background import Background
from airflow_ecs.rehearsal.state import State, StateFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PROGRAM = """\
    import boto3
    import pulumi
    import pulumi_aws as aws

    config = pulumi.Config()
    queue = aws.cloudwatch.LogGroup("log", name=config.require("name"))
    aws.ssm.Parameter(
        "secret", name="/shop/secret", type="SecureString", value=pulumi.Output.secret("s3cret")
    )
    pulumi.export("arn", queue.arn)
    pulumi.export("secret", pulumi.Output.secret("s3cret"))
    pulumi.export("key", boto3.Session().get_credentials().access_key)
    pulumi.export("account", boto3.client("sts").get_caller_identity()["Account"])
    pulumi.warn("plain text")
"""
STACK = "config: {aws:region: eu-central-1, name: shop}\n"
FILES = {"__main__.py": PROGRAM, "Pulumi.dev.yaml": STACK}


def airflow_ecs(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "airflow_ecs.cli", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def shop(project) -> Iterator[Path]:
    """A project to deploy; whatever serves it is ended after the test."""
    folder = project(FILES)
    yield folder
    if state := StateFolder(folder, "dev").read():
        state.end()


def status(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert cli.main(["status", "--project", str(folder)]) == 0
    return dict(json.loads(capsys.readouterr().out))


class Trap(http.server.BaseHTTPRequestHandler):
    """Stands where the real AWS would be: nobody must come."""

    visits: list[str] = []  # noqa: RUF012

    def do_POST(self) -> None:
        self.visits.append(self.path)
        self.send_error(500)

    do_GET = do_PUT = do_POST  # noqa: N815


@pytest.fixture
def real_aws() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_a_stack_is_served_until_it_is_taken_down_and_the_real_aws_is_never_asked(
    shop, capsys, real_aws
):
    up = airflow_ecs(
        "rehearse",
        "--project",
        str(shop),
        AWS_ACCESS_KEY_ID="AKIAREAL",
        AWS_SECRET_ACCESS_KEY="real",
        AWS_ENDPOINT_URL=real_aws,
        AWS_ENDPOINT_URL_STS=real_aws,
        AWS_ENDPOINT_URL_SSM=real_aws,
        AWS_EC2_METADATA_SERVICE_ENDPOINT=real_aws,
        HTTP_PROXY=real_aws,
    )
    assert up.returncode == 0, up.stderr
    assert Trap.visits == []
    assert "shop/dev in eu-central-1 (from aws:region)" in up.stdout
    assert "cloudwatch.LogGroup  log" in up.stdout
    assert "warning: plain text" in up.stdout
    assert "[1/2] " in up.stderr
    assert "s3cret" not in up.stdout + up.stderr

    shown = status(shop, capsys)
    endpoint = shown["endpoint"]
    assert endpoint in up.stdout
    assert shown == {
        "project": "shop",
        "stack": "dev",
        "up": True,
        "region": "eu-central-1",
        "endpoint": endpoint,
        "outputs": {
            "arn": "arn:aws:logs:eu-central-1:123456789012:log-group:shop",
            "secret": "[secret]",
            "key": "rehearsal",
            "account": "123456789012",
        },
        "pages": {},
        "services": [],
    }
    ssm = boto3.Session("a", "b", region_name="eu-central-1").client("ssm", endpoint_url=endpoint)
    found = ssm.get_parameter(Name="/shop/secret", WithDecryption=True)
    assert found["Parameter"]["Value"] == "s3cret"
    kept = b"".join(file.read_bytes() for file in StateFolder(shop, "dev").path.iterdir())
    assert b"s3cret" not in kept

    assert cli.main(["rehearse", "--project", str(shop)]) == 0
    again = capsys.readouterr().out
    assert again == f"shop/dev is up already, at {endpoint}.\n"
    (shop / "__main__.py").write_text("")
    assert cli.main(["rehearse", "--project", str(shop)]) == 0
    assert (
        f"Changed since: __main__.py. To deploy that: airflow-ecs down --project {shop} "
        "--stack dev, then rehearse again." in capsys.readouterr().out
    )

    state = StateFolder(shop, "dev").read()
    assert state is not None
    assert cli.main(["down", "--project", str(shop)]) == 0
    assert not state.account.is_running
    assert cli.main(["down", "--project", str(shop)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "dev is down, and what was in its account and databases is gone.",
        "dev is not up.",
    ]
    assert status(shop, capsys)["up"] is False


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_up_leaves_nothing_running(project, sign):
    # It stops in the middle of the deployment, not in the preview before.
    program = "import pulumi, time\nif not pulumi.runtime.is_dry_run(): time.sleep(60)\n"
    folder = project({"__main__.py": program})
    state = StateFolder(folder, "dev")
    with subprocess.Popen(
        [sys.executable, "-m", "airflow_ecs.cli", "rehearse", "--project", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background has them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as up:
        wait_for(state.read)
        served = state.read()
        assert served is not None
        up.send_signal(sign)
        _, said = up.communicate()
    assert up.returncode == 130
    assert said.splitlines()[-2:] == [
        "ending what was started",
        "Interrupted; nothing is left running.",
    ]
    assert not served.account.is_running
    assert state.read() is None


def test_an_interruption_does_not_claim_what_is_not_so(project, monkeypatch, capsys):
    folder = project({"__main__.py": ""})
    state = StateFolder(folder, "dev")

    def interrupted(_: object) -> None:
        with state.locked():
            state.write(
                State(
                    project="shop",
                    stack="dev",
                    region="eu-central-1",
                    endpoint="http://127.0.0.1:1",
                    account=Background(pid=os.getpid(), token="of another process"),
                )
            )
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupted)
    assert cli.main(["rehearse", "--project", str(folder)]) == 130
    assert "may still run, and airflow-ecs down ends it" in capsys.readouterr().err


@pytest.mark.slow
def test_what_a_killed_up_left_is_ended_by_the_next(shop, capsys):
    folder = StateFolder(shop, "dev")
    program = "import pulumi, os\nif not pulumi.runtime.is_dry_run(): os.kill(os.getpid(), 9)\n"
    (shop / "__main__.py").write_text(program)
    assert airflow_ecs("rehearse", "--project", str(shop)).returncode == -signal.SIGKILL
    left = folder.read()
    assert left is not None
    assert left.account.is_running
    assert status(shop, capsys)["up"] is False
    (shop / "__main__.py").write_text("")
    assert airflow_ecs("rehearse", "--project", str(shop)).returncode == 0
    assert not left.account.is_running
    assert status(shop, capsys)["up"] is True


@pytest.mark.slow
def test_a_refused_deployment_is_a_sentence_and_leaves_nothing_running(project):
    folder = project(
        {
            "__main__.py": """\
                import pulumi, pulumi_aws as aws
                aws.ec2.Subnet("s", vpc_id="vpc-missing", cidr_block="10.0.0.0/24")
            """
        }
    )
    up = airflow_ecs("rehearse", "--project", str(folder))
    assert up.returncode == 1
    (error,) = [line for line in up.stderr.splitlines() if line.startswith("error: ")]
    assert "aws:ec2/subnet:Subnet" in error
    assert "vpc-missing" in error
    assert "Traceback" not in up.stderr
    assert StateFolder(folder, "dev").read() is None


SLIP = """\
    import pulumi_aws as aws
    aws.ecs.Service("web", network_configuration={"subnets": [], "security_group": []})
"""


@pytest.mark.parametrize("preview", [[], ["--preview"]])
def test_a_slip_is_refused_before_anything_is_made(project, capsys, preview):
    folder = project({"__main__.py": SLIP})
    assert cli.main(["rehearse", "--project", str(folder), *preview]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: the deployment is refused:\n- ")
    assert "did you mean security_groups?" in said
    assert StateFolder(folder, "dev").read() is None


def test_a_preview_shows_what_would_be_created_and_creates_nothing(project, capsys):
    folder = project(FILES)
    assert cli.main(["rehearse", "--preview", "--project", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "shop/dev would create 2 resources in 0 components" in shown
    assert "    1  ssm.Parameter" in shown
    assert "arn      [known after up]" in shown
    assert "account  123456789012" in shown
    assert not (folder / ".airflow-ecs").exists()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AWS_REGION": "eu-north-1"}, "in eu-north-1 (from AWS_REGION)"),
        ({"AWS_DEFAULT_REGION": "eu-west-3"}, "in eu-west-3 (from AWS_DEFAULT_REGION)"),
        ({}, "in us-east-1 (the default; set aws:region or AWS_REGION for another)"),
    ],
)
def test_the_region_is_told_with_its_origin(project, capsys, monkeypatch, environment, said):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    program = "import pulumi, pulumi_aws as aws\npulumi.export('r', aws.get_region().region)\n"
    folder = project({"__main__.py": program})
    assert cli.main(["rehearse", "--preview", "--project", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert said in shown
    assert f"r  {said.split()[1]}" in shown


def test_a_mistake_of_the_program_is_one_sentence(project, capsys):
    folder = project({"__main__.py": "import pulumi\npulumi.Config().require('zone')\n"})
    assert cli.main(["rehearse", "--project", str(folder)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: Missing required configuration variable 'shop:zone'")
    assert "Traceback" not in said


def test_a_bug_of_the_program_is_shown_from_its_own_first_line(project, capsys):
    folder = project({"__main__.py": "import broken\n", "broken.py": "1 / 0\n"})
    assert cli.main(["rehearse", "--project", str(folder)]) == 1
    said = capsys.readouterr().err
    first, second = [line for line in said.splitlines() if line.startswith("  File ")]
    assert f'"{folder}/__main__.py", line 1' in first
    assert f'"{folder}/broken.py", line 1' in second


@pytest.mark.parametrize("arguments", [[], ["rehears"], ["rehearse", "--unknown"]])
def test_a_wrong_command_line_is_answered_with_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: airflow-ecs" in capsys.readouterr().err


def test_help_is_quick_because_it_loads_neither_pulumi_nor_boto3():
    code = (
        "import sys; from airflow_ecs import cli\n"
        "try: cli.main(['--help'])\n"
        "finally: print(sorted({'pulumi', 'boto3', 'moto', 'yaml'} & sys.modules.keys()))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"
