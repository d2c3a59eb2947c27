"""Keeps the measured figures in docs/speed.json and writes docs/speed.md from all of them."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from benchmark.beside import page

DOCS = Path(__file__).parents[2] / "docs"


def keep(section: str, name: str, figures: dict[str, Any], docs: Path = DOCS) -> None:
    """Put figures in the place of those of the same section and name, and write the page.

    Args:
        section: Which table: one of ``page.SECTIONS``.
        name: Which input.
        figures: What was measured; when, at which commit and on what are added.
        docs: Where the page is.
    """
    file = docs / "speed.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known.setdefault(section, {})[name] = {**figures, "setting": _setting()}
    file.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    page.write(known, docs)


def _setting() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short=10", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "commit": commit,
        "cores": os.cpu_count(),
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "python": platform.python_version(),
    }
