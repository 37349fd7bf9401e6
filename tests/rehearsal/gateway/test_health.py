"""Targets are checked as their group says."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from airflow_ecs.rehearsal.gateway.health import Check, Health, Watch, accepts

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECK = Check(
    path="/health",
    port="traffic-port",
    matcher="200",
    interval=15,
    timeout=1,
    healthy_threshold=2,
    unhealthy_threshold=3,
)


@pytest.mark.parametrize(
    ("matcher", "good", "bad"),
    [("200", 200, 204), ("200,302", 302, 301), ("200-299", 299, 300), ("200-204, 401", 401, 205)],
)
def test_a_matcher_is_a_list_of_codes_and_ranges(matcher: str, good: int, bad: int) -> None:
    assert accepts(matcher, good)
    assert not accepts(matcher, bad)


def states(results: str) -> list[str]:
    """The states after each result: `+` for well."""
    health = Health(CHECK)
    found = []
    for result in results:
        health.take(well=result == "+")
        found.append(health.state)
    return found


def test_a_new_target_is_let_in_by_its_first_success() -> None:
    assert states("--+") == ["initial", "initial", "healthy"]
    assert states("---") == ["initial", "initial", "unhealthy"]


def test_thresholds_count_results_in_a_row() -> None:
    assert states("+--+--")[-1] == "healthy"
    assert states("+---")[-1] == "unhealthy"
    assert states("+---+-+")[-1] == "unhealthy"
    assert states("+---++")[-1] == "healthy"


class Answers(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def target() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), type("Mine", (Answers,), {}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_failure_says_what_aws_says_of_it(target: HTTPServer) -> None:
    port = target.server_port
    assert CHECK.failure("127.0.0.1", port) is None
    target.RequestHandlerClass.status = 500  # type: ignore[attr-defined]
    assert CHECK.failure("127.0.0.1", port) == (
        "Target.ResponseCodeMismatch",
        "Health checks failed with these codes: [500]",
    )
    elsewhere = Check.of(
        {
            "HealthCheckPath": "/health",
            "HealthCheckPort": str(port),
            "Matcher": {"HttpCode": "500"},
            "HealthCheckIntervalSeconds": 15,
            "HealthCheckTimeoutSeconds": 5,
            "HealthyThresholdCount": 2,
            "UnhealthyThresholdCount": 4,
        }
    )
    assert elsewhere.failure("127.0.0.1", 1) is None
    assert CHECK.failure("127.0.0.1", 1) == ("Target.FailedHealthChecks", "Health checks failed")


def test_a_target_is_told_of_as_soon_as_it_answers(target: HTTPServer) -> None:
    told: list[tuple[str, str, str]] = []
    target.RequestHandlerClass.status = 503  # type: ignore[attr-defined]
    watch = Watch("127.0.0.1", target.server_port, CHECK, lambda *said: told.append(said))
    watch.start()
    try:
        time.sleep(0.3)
        assert told == []
        target.RequestHandlerClass.status = 200  # type: ignore[attr-defined]
        end = time.monotonic() + 10
        while not told and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        watch.stop()
    assert told == [("healthy", "", "")]
