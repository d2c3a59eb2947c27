"""How large a report is and how fast a browser opens it: ``python -m benchmark.pages DIR``."""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

WIDTHS = (360, 1280)
TIMES = 5
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def load_ms(browser: Browser, address: str, width: int) -> float:
    """How long a new page takes until it is loaded, ms."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    taken = float(page.evaluate(LOADED))
    page.close()
    return taken


def main() -> None:
    """Print the size, and the median and the longest of five openings at two widths."""
    report = (Path(sys.argv[1]) / "report.html").resolve()
    print(f"size {report.stat().st_size / 1e6:.2f} MB")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for width in WIDTHS:
            taken = [load_ms(browser, report.as_uri(), width) for _ in range(TIMES)]
            print(f"{width} px: median {statistics.median(taken):.0f} ms, most {max(taken):.0f} ms")
        browser.close()


if __name__ == "__main__":
    main()
