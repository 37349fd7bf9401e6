"""The part of the W3C's WebDriver protocol that a log-in needs, spoken to chromedriver."""

from __future__ import annotations

import base64
import json
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The name that the protocol gives to an element's id.
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

# Seconds for a page to show something on a loaded machine.
_PATIENCE = 60.0

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,900",
)


class Browser:
    """One session of a browser."""

    def __init__(self, session: str) -> None:
        self._session = session

    def open(self, url: str) -> None:
        self._post("/url", {"url": url})

    @property
    def url(self) -> str:
        return str(_ask("GET", f"{self._session}/url"))

    def wait_for(self, xpath: str) -> str:
        """The id of the first such element, once there is one."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            found = self._post("/elements", {"using": "xpath", "value": xpath})
            if found:
                return str(found[0][_ELEMENT])
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.url} shows no {xpath}")
            time.sleep(0.2)

    def type(self, xpath: str, text: str) -> None:
        self._post(f"/element/{self.wait_for(xpath)}/value", {"text": text})

    def click(self, xpath: str) -> None:
        self._post(f"/element/{self.wait_for(xpath)}/click", {})

    def take_screenshot(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(_ask("GET", f"{self._session}/screenshot")))

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return _ask("POST", self._session + path, body)


@contextmanager
def browser(driver: str, profile: Path, port: int) -> Iterator[Browser]:
    """A headless Chromium with an empty profile, driven by a chromedriver on a free port."""
    process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process)
        options = {"args": [*_FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options}
        begun = _ask("POST", f"{address}/session", {"capabilities": {"alwaysMatch": wanted}})
        session = f"{address}/session/{begun['sessionId']}"
        try:
            yield Browser(session)
        finally:
            _ask("DELETE", session)
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if _ask("GET", f"{address}/status")["ready"]:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("chromedriver does not answer")


def _ask(method: str, url: str, body: dict[str, Any] | None = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, content, headers, method=method)  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=_PATIENCE) as answer:
        return json.load(answer)["value"]
