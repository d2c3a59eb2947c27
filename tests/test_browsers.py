"""A browser that is missing is never passed over where it is required."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.browsers import REQUIRED, opened_browser

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("required", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_a_missing_browser_skips_or_fails(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    required: str,
    outcome: type[BaseException],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(REQUIRED, required)
    with pytest.raises(outcome, match="Chromium is not installed"), opened_browser():
        pass


def test_ci_requires_a_browser() -> None:
    assert f"export {REQUIRED}=1\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")
