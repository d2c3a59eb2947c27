"""The browser that tests drive: Debian's Chromium, which .ci/run may not do without."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright
from tests.requirements import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

REQUIRED = "ZHENZAN_REQUIRE_BROWSER"
"""Set where a test that is skipped for want of a browser would pass unseen."""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """A browser; without one the test is skipped, or fails where one is required."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        hint = "apt-get install chromium fonts-noto-cjk"
        is_missing(REQUIRED, f"Chromium is not installed. Hint: {hint}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
