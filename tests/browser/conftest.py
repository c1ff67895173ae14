"""A real server with a small demo business, and Chromium to use it with.

`page` fails its test where a page logs an error, breaks its content security policy, or answers 500.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

PASSWORD = "a-password-for-tests"
CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser")) if p), None)

PATIENCE_MS = 20_000
"""How long a page may take on a machine that is busy with other tests. It ends as soon as it is so."""

# Set by .ci/run: there, tests that need Chromium fail without it.
REQUIRED = os.environ.get("BROWSER_TESTS") == "required"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class Server(NamedTuple):
    """A running server: `url` ends without a slash, `records` are the options for its database."""

    url: str
    records: tuple[str, ...]


@pytest.fixture(scope="session")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """`largesse serve` with the demo of seed 1 and 60 orders, which its tests share.

    On SQLite it is one process; on PostgreSQL two, and the business lives in a schema of its own.
    """
    workers = 1
    if request.config.getoption("--database") == "postgresql":
        workers = 2
        schema = f"browser_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        records: tuple[str, ...] = (
            "--database", os.environ["LARGESSE_DATABASE"], "--schema", schema
        )  # fmt: skip
    else:
        file = tmp_path_factory.mktemp("server") / "shop.sqlite3"
        records = ("--database", f"sqlite:///{file}")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LARGESSE_")},
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "LARGESSE_DEMO_PASSWORD": PASSWORD,
    }
    command = [sys.executable, "-m", "largesse"]
    subprocess.run(
        [*command, "demo", *records, "--seed", "1", "--orders", "60"],
        env=environment,
        check=True,
        capture_output=True,
    )
    port = free_port()
    running = subprocess.Popen(
        [*command, "serve", *records, "--port", str(port), "--workers", str(workers)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url, running)
        yield Server(url, records)
    finally:
        running.send_signal(signal.SIGTERM)
        said, _ = running.communicate(timeout=60)
    assert "Traceback" not in said, said
    assert running.returncode == 0, said


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
    return port


def wait_until_ready(url: str, running: subprocess.Popen[str], seconds: float = 90) -> None:
    """Until the server says that it can serve; fails with what it printed."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and running.poll() is None:
        try:
            with urlopen(f"{url}/ready", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    running.kill()
    pytest.fail(f"the server is not ready: {running.communicate()[0]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of one file.

    Not for the whole session: Playwright keeps an event loop running in this thread, and while it does
    Django refuses to ask the database.
    """
    if CHROMIUM is None:
        if REQUIRED:
            pytest.fail("Chromium is not installed: apt-get install chromium")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page of a visitor who isn't signed in; `page.goto("/")` is the shop."""
    yield from watched(browser, server)


@pytest.fixture
def signed_in(browser: Browser, server: Server) -> Iterator[Callable[[str], Page]]:
    """`signed_in("merchandiser")` is a page of the demo's user of that role, where signing in led;
    "customer" is one who shops. Several may be open.
    """
    opened: list[Iterator[Page]] = []

    def sign_in(role: str) -> Page:
        opened.append(watched(browser, server))
        page = next(opened[-1])
        address = "/account/sign-in" if role == "customer" else "/back-office/login/"
        page.goto(address)
        page.fill("input[name=username]", role)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: not url.split("?")[0].endswith(address))
        return page

    yield sign_in
    for each in opened:
        next(each, None)


def watched(browser: Browser, server: Server) -> Iterator[Page]:
    """A page in a browser of its own; closed, it must have had no error."""
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # Chromium says so of every answer of 4xx, also where a test asks for one.
        if message.type == "error" and "Failed to load resource" not in message.text:
            wrong.append(f"{page.url}: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 500:
            wrong.append(f"{response.status} from {response.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("response", answered)
    page.on("requestfailed", lambda request: _note_foreign(request.url, server, wrong))
    yield page
    context.close()
    assert wrong == []


def _note_foreign(url: str, server: Server, wrong: list[str]) -> None:
    if not url.startswith((server.url, "data:", "blob:")):
        wrong.append(f"asked for {url}")
