"""What was deployed as a load balancer answers on this machine as it would there."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.declared import RehearsalError
from airflow_ecs.rehearsal.gateway.balancer import Balancer

from .conftest import REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow_ecs.rehearsal.account_clients import Account

pytestmark = pytest.mark.slow

DOMAIN = "airflow.dev.internal"


class Page(BaseHTTPRequestHandler):
    """A small web application: tells what it was asked, streams, redirects, and upgrades."""

    protocol_version = "HTTP/1.1"
    name = ""
    pause: threading.Event

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/stream":
            self._stream()
        elif path == "/socket":
            self._socket()
        elif path == "/slow":
            self.pause.wait(20)
            self._answer(200, b"slow")
        elif path == "/redirect":
            self._answer(302, b"", Location=f"{self.headers['X-Origin']}/login")
        elif path == "/cookie":
            cookie = f"session=1; Secure; Domain={DOMAIN}; HttpOnly; Path=/"
            self._answer(200, b"", **{"Set-Cookie": cookie})
        else:
            self._answer(200, self._asked(b""))

    def do_HEAD(self) -> None:
        self._answer(200, b"not sent")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201, self._asked(body))

    def _asked(self, body: bytes) -> bytes:
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = {"by": self.name, "path": self.path, "headers": headers, "body": body.decode()}
        return json.dumps(asked).encode()

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nfirst\r\n")
        self.pause.wait(20)
        self.wfile.write(b"6\r\nsecond\r\n0\r\n\r\n")

    def _socket(self) -> None:
        self.send_response_only(101, "Switching Protocols")
        self.send_header("Connection", "Upgrade")
        self.send_header("Upgrade", self.headers["Upgrade"])
        self.end_headers()
        self.wfile.write(b"hello, ")
        self.close_connection = True
        while said := self.rfile.read1(100):
            self.wfile.write(said.upper())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[Callable[[str], tuple[str, int]]]:
    """Start a page of a name; its address."""
    servers = []

    def start(name: str, address: str = "127.0.0.1") -> tuple[str, int]:
        handler = type("NamedPage", (Page,), {"name": name, "pause": pause})
        server = ThreadingHTTPServer((address, 0), handler)
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return address, server.server_port

    pause = threading.Event()
    start.pause = pause  # type: ignore[attr-defined]
    yield start
    pause.set()
    for server in servers:
        server.shutdown()
        server.server_close()


class Deployed:
    """A load balancer with the pages of airflow and flower, and nothing else."""

    def __init__(self, account: Account, *, secure: bool) -> None:
        self.elb = account.client("elbv2")
        ec2 = account.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{REGION}{zone}"
            )["Subnet"]["SubnetId"]
            for n, zone in enumerate("ab")
        ]
        self.name = f"lb-{uuid.uuid4().hex[:8]}"
        made = self.elb.create_load_balancer(Name=self.name, Subnets=subnets, Scheme="internal")
        self.arn = made["LoadBalancers"][0]["LoadBalancerArn"]
        nothing = {
            "Type": "fixed-response",
            "FixedResponseConfig": {
                "StatusCode": "404",
                "ContentType": "text/plain",
                "MessageBody": "Not found",
            },
        }
        if secure:
            acm = account.client("acm")
            certificate = acm.request_certificate(DomainName=DOMAIN)["CertificateArn"]
            to_https = {
                "Type": "redirect",
                "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
            }
            self._listener("HTTP", 80, to_https)
            extra: dict[str, Any] = {"Certificates": [{"CertificateArn": certificate}]}
            self.listener = self._listener("HTTPS", 443, nothing, **extra)
        else:
            self.listener = self._listener("HTTP", 80, nothing)
        self.groups = {}
        for priority, label in enumerate(("airflow", "flower"), start=1):
            self.groups[label] = self._group(label, vpc)
            host = {"Values": [f"{label}.dev.internal"]}
            self.elb.create_rule(
                ListenerArn=self.listener,
                Priority=priority,
                Conditions=[{"Field": "host-header", "HostHeaderConfig": host}],
                Actions=[{"Type": "forward", "TargetGroupArn": self.groups[label]}],
            )

    def _listener(self, protocol: str, port: int, action: Any, **more: Any) -> str:
        made = self.elb.create_listener(
            LoadBalancerArn=self.arn,
            Protocol=protocol,
            Port=port,
            DefaultActions=[action],
            **more,
        )
        return str(made["Listeners"][0]["ListenerArn"])

    def _group(self, label: str, vpc: str) -> str:
        made = self.elb.create_target_group(
            Name=f"{self.name}-{label}",
            Protocol="HTTP",
            Port=8080,
            VpcId=vpc,
            TargetType="ip",
            HealthCheckPath="/health",
            HealthCheckIntervalSeconds=15,
            HealthCheckTimeoutSeconds=5,
            HealthyThresholdCount=2,
            UnhealthyThresholdCount=4,
        )
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def register(self, label: str, address: tuple[str, int]) -> None:
        target = {"Id": address[0], "Port": address[1]}
        self.elb.register_targets(TargetGroupArn=self.groups[label], Targets=[target])

    def deregister(self, label: str, address: tuple[str, int]) -> None:
        target = {"Id": address[0], "Port": address[1]}
        self.elb.deregister_targets(TargetGroupArn=self.groups[label], Targets=[target])

    def health(self, label: str) -> list[str]:
        found = self.elb.describe_target_health(TargetGroupArn=self.groups[label])
        return [one["TargetHealth"]["State"] for one in found["TargetHealthDescriptions"]]

    def delete(self) -> None:
        self.elb.delete_load_balancer(LoadBalancerArn=self.arn)


@pytest.fixture
def deployed(account: Account, request: pytest.FixtureRequest) -> Iterator[Deployed]:
    made = Deployed(account, secure=getattr(request, "param", False))
    yield made
    made.delete()


@pytest.fixture
def balancer(account: Account, deployed: Deployed) -> Iterator[Balancer]:
    running = Balancer(account.url, REGION)
    running.start()
    yield running
    running.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def ask(
    balancer: Balancer, path: str = "/", method: str = "GET", host: str = "", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    port = balancer.port
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    body = headers.pop("body", None)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {"Host": host or f"airflow.localhost:{port}"} | named)
    response = connection.getresponse()
    found = response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    connection.close()
    return found


def told(balancer: Balancer, path: str = "/", **given: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(balancer, path, **given)[2])
    return found


def test_hosts_lead_to_their_pages_and_all_else_to_the_fixed_answer(
    deployed: Deployed, balancer: Balancer, page: Callable[[str], tuple[str, int]]
) -> None:
    for label in ("airflow", "flower"):
        deployed.register(label, page(label))
    balancer.refresh()
    assert told(balancer)["by"] == "airflow"
    assert told(balancer, host="flower.localhost")["by"] == "flower"
    # As someone inside the network asks.
    assert told(balancer, host="flower.dev.internal")["by"] == "flower"
    for host in ("127.0.0.1", "other.localhost", "airflow.example.com"):
        status, headers, body = ask(balancer, host=host)
        assert (status, headers["content-type"], body) == (404, "text/plain", b"Not found")


def test_a_target_is_told_who_asks_and_where_it_is_deployed(
    deployed: Deployed, balancer: Balancer, page: Callable[[str], tuple[str, int]]
) -> None:
    deployed.register("airflow", page("airflow"))
    balancer.refresh()
    local = balancer.url(DOMAIN)
    asked = told(
        balancer,
        "/api?a=%20b",
        method="POST",
        body="{}",
        X_Forwarded_For="10.1.2.3",
        X_Forwarded_Proto="gopher",
        Origin=f"{local}",
        Referer=f"{local}/home",
        Connection="keep-alive, X-Mine",
    )
    assert (asked["path"], asked["body"]) == ("/api?a=%20b", "{}")
    headers = asked["headers"]
    assert headers["host"] == DOMAIN
    assert headers["x-forwarded-for"] == "10.1.2.3, 127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-port"] == "80"
    assert headers["x-amzn-trace-id"].startswith("Root=1-")
    assert headers["origin"] == f"http://{DOMAIN}"
    assert headers["referer"] == f"http://{DOMAIN}/home"
    assert "x-forwarded-host" not in headers


@pytest.mark.parametrize("deployed", [True], indirect=True)
def test_https_is_served_as_plain_http_and_told_as_https(
    deployed: Deployed, balancer: Balancer, page: Callable[[str], tuple[str, int]]
) -> None:
    deployed.register("airflow", page("airflow"))
    balancer.refresh()
    headers = told(balancer, Origin=str(balancer.url(DOMAIN)))["headers"]
    assert (headers["x-forwarded-proto"], headers["x-forwarded-port"]) == ("https", "443")
    assert headers["origin"] == f"https://{DOMAIN}"
    # What plain HTTP on another host would lose is taken off the cookie.
    assert ask(balancer, "/cookie")[1]["set-cookie"] == "session=1; HttpOnly; Path=/"
    _, answered, _ = ask(balancer, "/redirect", X_Origin=f"https://{DOMAIN}")
    assert answered["location"] == f"{balancer.url(DOMAIN)}/login"
    _, answered, _ = ask(balancer, "/redirect", X_Origin="https://login.example.com")
    assert answered["location"] == "https://login.example.com/login"


def test_targets_take_turns_once_they_are_healthy(
    deployed: Deployed, balancer: Balancer, page: Callable[..., tuple[str, int]]
) -> None:
    deployed.register("airflow", page("one"))
    assert deployed.health("airflow") == ["initial"]
    deployed.register("airflow", page("two", "127.0.7.10"))
    balancer.refresh()
    wait_for(lambda: deployed.health("airflow") == ["healthy", "healthy"])
    assert sorted(told(balancer)["by"] for _ in range(4)) == ["one", "one", "two", "two"]
    # A target that never answers gets no turn while another is healthy.
    silent = socket.create_server(("127.0.7.9", 0))
    try:
        deployed.register("airflow", ("127.0.7.9", silent.getsockname()[1]))
        balancer.refresh()
        assert {told(balancer)["by"] for _ in range(4)} == {"one", "two"}
        assert sorted(deployed.health("airflow")) == ["healthy", "healthy", "initial"]
    finally:
        silent.close()


def test_without_a_target_it_is_unavailable_and_without_an_answer_a_bad_gateway(
    deployed: Deployed, balancer: Balancer, page: Callable[[str], tuple[str, int]]
) -> None:
    status, _, body = ask(balancer, method="POST", body="some")
    assert status == 503
    assert b"no task of airflow.dev.internal is registered" in body
    deployed.register("airflow", ("127.0.7.9", 1))
    balancer.refresh()
    assert ask(balancer)[0] == 502


def test_a_target_that_is_silent_for_too_long_is_timed_out(
    deployed: Deployed, account: Account, page: Callable[[str], tuple[str, int]]
) -> None:
    idle = [{"Key": "idle_timeout.timeout_seconds", "Value": "1"}]
    deployed.elb.modify_load_balancer_attributes(LoadBalancerArn=deployed.arn, Attributes=idle)
    deployed.register("airflow", page("airflow"))
    balancer = Balancer(account.url, REGION)
    balancer.start()
    try:
        assert ask(balancer, "/slow")[0] == 504
    finally:
        balancer.stop()


def test_an_answer_is_passed_on_as_it_comes(
    deployed: Deployed, balancer: Balancer, page: Any
) -> None:
    deployed.register("airflow", page("airflow"))
    balancer.refresh()
    port = balancer.port
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/stream", headers={"Host": "airflow.localhost"})
    response = connection.getresponse()
    assert response.read1() == b"first"
    page.pause.set()
    assert response.read() == b"second"
    # The connection goes on to be used.
    connection.request("HEAD", "/", headers={"Host": "airflow.localhost"})
    response = connection.getresponse()
    assert (response.headers["Content-Length"], response.read()) == ("8", b"")
    connection.request("GET", "/", headers={"Host": "airflow.localhost"})
    assert json.loads(connection.getresponse().read())["by"] == "airflow"
    connection.close()


def test_a_websocket_is_a_tunnel(
    deployed: Deployed, balancer: Balancer, page: Callable[[str], tuple[str, int]]
) -> None:
    deployed.register("airflow", page("airflow"))
    balancer.refresh()
    port = balancer.port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            b"GET /socket HTTP/1.1\r\nHost: airflow.localhost\r\n"
            b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        stream = client.makefile("rb")
        assert stream.readline() == b"HTTP/1.1 101 Switching Protocols\r\n"
        while stream.readline().strip():
            pass
        assert stream.read(7) == b"hello, "
        client.sendall(b"world")
        assert stream.read(5) == b"WORLD"
        client.shutdown(socket.SHUT_WR)
        assert stream.read() == b""


def test_a_target_that_goes_ends_the_requests_that_it_has(
    deployed: Deployed, balancer: Balancer, page: Any
) -> None:
    old = page("old")
    deployed.register("airflow", old)
    balancer.refresh()
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(ask(balancer, "/slow")[0]))
    asking.start()
    wait_for(lambda: not balancer.drained(*old, timeout=0))
    deployed.deregister("airflow", old)
    assert deployed.health("airflow") == ["draining"]
    balancer.refresh()
    # It gets nothing new, and what it has goes on.
    assert ask(balancer)[0] == 503
    assert not balancer.drained(*old, timeout=0.2)
    page.pause.set()
    assert balancer.drained(*old, timeout=10)
    asking.join()
    assert answers == [200]


def test_a_taken_port_is_said_in_a_sentence(account: Account) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RehearsalError, match=f"can't listen on port {port} .*in use"):
            Balancer(account.url, REGION, port)


def test_without_a_load_balancer_it_says_so(account: Account) -> None:
    balancer = Balancer(account.url, REGION)
    balancer.start()
    try:
        assert balancer.url(DOMAIN) is None
        status, _, body = ask(balancer)
        assert (status, b"nothing is deployed" in body) == (503, True)
    finally:
        balancer.stop()
