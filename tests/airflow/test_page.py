"""What `make up` prints is enough to log in with a real browser."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.airflow.webdriver import browser

if TYPE_CHECKING:
    from pathlib import Path

    from tests.airflow.conftest import Running

DRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(DRIVER is None, reason="no chromedriver: install chromium-driver"),
]


def printed_password(printed: str) -> str:
    """What the printed command prints, after the printed `export`."""
    [settings] = re.findall(r"^  (export AWS_.*)$", printed, re.MULTILINE)
    [command] = re.findall(r"^  (aws .* get-parameter .*)$", printed, re.MULTILINE)
    shell = ["sh", "-c", f"{settings}; {command}"]
    return subprocess.run(shell, check=True, capture_output=True, text=True).stdout.strip()


def test_the_printed_user_logs_in_at_the_printed_address_and_sees_the_dags(
    running: Running, tmp_path: Path
) -> None:
    [(url, user)] = re.findall(r"^Open (\S+) as (\S+)\.", running.printed, re.MULTILINE)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert DRIVER is not None
    with browser(DRIVER, tmp_path / "profile", port) as page:
        page.open(url)
        page.type("//input[@name='username']", user)
        page.type("//input[@name='password']", printed_password(running.printed))
        page.click("//form//*[@type='submit']")
        page.wait_for("//nav | //a[@href='/dags']")
        page.open(f"{url}/dags")
        page.wait_for("//a[contains(@href, '/dags/example')]")
        page.take_screenshot(tmp_path / "dags.png")
        assert page.url == f"{url}/dags"
