"""Pictures of pages: `python -m tests.browser.pictures URL out.png --width 834 --theme dark`."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Error, sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

Theme = Literal["light", "dark"]

FOLDER = "LARGESSE_PICTURES"
"""The environment variable that names where `take` puts its pictures; nowhere if it is not set."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, or else playwright's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        try:
            yield browser
        finally:
            browser.close()


def window(
    browser: Browser, url: str, *, width: int = 1280, theme: Theme = "light"
) -> BrowserContext:
    """A window of that width, for a reader of `url`'s server who has chosen that theme."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
    )
    give_cookie(context, url, "theme", theme)
    return context


def give_cookie(context: BrowserContext, url: str, name: str, value: str) -> None:
    """A cookie for every page of `url`'s server."""
    host = urlsplit(url).hostname or "localhost"
    context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])


def take(page: Page, name: str, *, whole: bool = True) -> Path | None:
    """A picture of the page as it is, `name`.png in $LARGESSE_PICTURES; None where that is not set."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return None
    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    _shoot(page, path, whole=whole)
    return path


def _shoot(page: Page, path: Path, *, whole: bool) -> None:
    page.evaluate("document.fonts.ready")
    before = page.viewport_size
    if whole and before is not None:
        # A window as high as the page, so that what sticks to its edges stays there.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": before["width"], "height": max(height, before["height"])})
    page.screenshot(path=path)
    if before is not None:
        page.set_viewport_size(before)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("out", type=Path)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--cookie", metavar="NAME=VALUE", action="append", default=[])
    parser.add_argument("--click", metavar="SELECTOR", action="append", default=[])
    parser.add_argument("--fold", action="store_true", help="only what fits the window")
    asked = parser.parse_args()
    with chromium() as browser:
        context = window(browser, asked.url, width=asked.width, theme=asked.theme)
        for cookie in asked.cookie:
            name, _, value = cookie.partition("=")
            give_cookie(context, asked.url, name, value)
        page = context.new_page()
        page.on("console", lambda said: print(f"{said.type}: {said.text}"))
        try:
            page.goto(asked.url, wait_until="networkidle")
        except Error as error:
            raise SystemExit(
                f"{asked.url} cannot be opened: {error.message.splitlines()[0]}"
            ) from None
        for selector in asked.click:
            page.click(selector)
        _shoot(page, asked.out, whole=not asked.fold)


if __name__ == "__main__":
    main()
