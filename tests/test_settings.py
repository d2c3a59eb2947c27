"""What a user may choose, and how a wrong choice is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.errors import CallError
from zhenzan.model import EVENT_TYPES
from zhenzan.settings import (
    BYTES_PER_UNIT,
    MINIMUM_MEMORY_BYTES,
    ScanSettings,
    available_threads,
    parse_bytes,
)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GB", 8 * 10**9),
        ("8 gb", 8 * 10**9),
        (" 512MiB ", 512 * 2**20),
        ("1.5GB", 1_500_000_000),
        ("700KB", 700_000),
        ("2KiB", 2_048),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@given(st.integers(0, 10**6), st.sampled_from(sorted(BYTES_PER_UNIT)))
def test_every_unit_is_read(number: int, unit: str) -> None:
    assert parse_bytes(f"{number}{unit}") == number * BYTES_PER_UNIT[unit]


@pytest.mark.parametrize("text", ["", "GB", "8", "eight GB", "-8GB", "8GBGB", "1.2.3GB", "nanGB"])
def test_no_sizes(text: str) -> None:
    with pytest.raises(CallError, match="not an amount of memory") as caught:
        parse_bytes(text)
    assert "8GB" in caught.value.hint


@given(st.text(max_size=12))
def test_any_other_text_is_a_size_or_refused(text: str) -> None:
    with contextlib.suppress(CallError):
        assert parse_bytes(text) >= 0


def test_the_defaults_are_a_scan_of_likes() -> None:
    settings = ScanSettings()
    assert settings.endorsement == ("like",)
    assert settings.false_per_10k == 1.0
    assert settings.threads == available_threads() >= 1
    assert settings.columns == {}


@pytest.mark.parametrize("word", EVENT_TYPES[1:])
def test_every_event_type_can_be_judged(word: str) -> None:
    assert ScanSettings(endorsement=(word,)).endorsement == (word,)


@pytest.mark.parametrize(
    ("endorsement", "said"), [((), "No endorsement"), (("like", "poke"), "poke"), (("other",), "o")]
)
def test_nothing_else_can_be_judged(endorsement: tuple[str, ...], said: str) -> None:
    with pytest.raises(CallError, match=said) as caught:
        ScanSettings(endorsement=endorsement)
    assert "favorite" in caught.value.hint


@pytest.mark.parametrize("budget", [0.0, -1.0, 10_000.1, float("nan"), float("inf")])
def test_a_budget_outside_its_range_is_refused(budget: float) -> None:
    with pytest.raises(CallError, match="budget"):
        ScanSettings(false_per_10k=budget)


@pytest.mark.parametrize("budget", [1e-9, 1.0, 10_000.0])
def test_a_budget_within_its_range_is_kept(budget: float) -> None:
    assert ScanSettings(false_per_10k=budget).false_per_10k == budget


def test_too_little_memory_and_no_threads_are_refused() -> None:
    assert ScanSettings(memory_bytes=MINIMUM_MEMORY_BYTES).memory_bytes == MINIMUM_MEMORY_BYTES
    with pytest.raises(CallError, match="500MB"):
        ScanSettings(memory_bytes=MINIMUM_MEMORY_BYTES - 1)
    with pytest.raises(CallError, match="one thread"):
        ScanSettings(threads=0)


def test_tables_are_partitioned_by_day_or_not() -> None:
    assert ScanSettings().partition_by is None
    assert ScanSettings(partition_by="day").partition_by == "day"
    with pytest.raises(CallError, match="'hour'") as caught:
        ScanSettings(partition_by="hour")
    assert "day" in caught.value.hint
