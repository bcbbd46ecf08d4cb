"""A headless Chromium that notes what a page asks for and complains of; installed by apt where it can be."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

_INSTALL = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")
_MOST_MILLISECONDS = 20_000


@dataclass
class Noted:
    """What the pages of a browser did: messages of the console, errors of scripts, addresses asked for."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def chromium() -> str:
    """Return the path of Chromium. Skips the test where there is none and it can't be installed."""
    if not _path() and shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (("update",), ("install", "--yes", "--no-install-recommends", "chromium")):
            subprocess.run([*_INSTALL, *arguments], check=True, timeout=400, env=environment)
    return _path() or pytest.skip("needs Chromium: install the package chromium")


def _path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def opened(*, dark: bool = False) -> Iterator[tuple[BrowserContext, Noted]]:
    """Give a browser that runs as root too, and what is noted of its pages."""
    noted = Noted()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox"], timeout=_MOST_MILLISECONDS * 3
        )
        try:
            context = browser.new_context(color_scheme="dark" if dark else "light")
            context.set_default_timeout(_MOST_MILLISECONDS)
            context.on("console", lambda message: noted.console.append(message.text))
            context.on("weberror", lambda error: noted.errors.append(str(error.error)))
            context.on("request", lambda request: noted.requests.append(request.url))
            yield context, noted
        finally:
            browser.close()


def found(page: Page, query: str) -> list[str]:
    """Return the addresses that the page's search finds, the best first."""
    page.get_by_role("searchbox").fill(query)
    return [str(link.get_attribute("href")) for link in page.locator("#results").get_by_role("link").all()]


def address(file: Path) -> str:
    return file.resolve().as_uri()
