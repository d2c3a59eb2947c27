"""What is missing is never passed over where it is required."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests import browsers, spark_sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]


@contextmanager
def spark() -> Iterator[None]:
    spark_sessions.need_spark()
    yield


@pytest.mark.parametrize(
    ("required", "asks", "said"),
    [
        (browsers.REQUIRED, browsers.opened_browser, "Chromium is not installed"),
        (spark_sessions.REQUIRED, spark, "Spark cannot run"),
    ],
    ids=["browser", "spark"],
)
@pytest.mark.parametrize(
    ("value", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_a_missing_program_skips_or_fails(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    required: str,
    asks: Callable[[], AbstractContextManager[object]],
    said: str,
    value: str,
    outcome: type[BaseException],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv(required, value)
    with pytest.raises(outcome, match=said), asks():
        pass


@pytest.mark.parametrize("required", [browsers.REQUIRED, spark_sessions.REQUIRED])
def test_ci_requires_them(required: str) -> None:
    assert f"export {required}=1\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")
