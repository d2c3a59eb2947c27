"""Spark that is missing is never passed over where it is required, and how tests wait."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.spark_sessions import REQUIRED, need_spark, wait_until

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("required", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_missing_java_skips_or_fails(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    required: str,
    outcome: type[BaseException],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv(REQUIRED, required)
    with pytest.raises(outcome, match="Spark cannot run"):
        need_spark()


def test_ci_requires_spark() -> None:
    assert f"export {REQUIRED}=1\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_waiting_ends_when_it_is_so_or_in_failure() -> None:
    looks = iter([False, False, True])
    wait_until(lambda: next(looks), longest_s=600.0)
    assert next(looks, None) is None
    with pytest.raises(AssertionError, match="did not happen"):
        wait_until(lambda: False, longest_s=0.0)
