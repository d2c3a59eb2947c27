"""Every written form of a time is read as the same microsecond, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenzan.ingest.staging import open_staging
from zhenzan.ingest.times import EARLIEST_S, LATEST_S, time_sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

NOON = 1_709_294_400_000_000
"""2024-03-01T12:00:00Z, µs since 1970."""


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_staging(tmp_path_factory.mktemp("times"), 10**9, 1) as opened:
        yield opened


@pytest.fixture(scope="module")
def read(connection: duckdb.DuckDBPyConnection) -> Callable[[object, str], int | None]:
    types = {"integer": "BIGINT", "real": "DOUBLE", "text": "VARCHAR"}

    def read_one(value: object, form: str) -> int | None:
        given = f"SELECT CAST(? AS {types.get(form, 'BIGINT')}) AS x"
        query = f"SELECT {time_sql('x', form)} FROM ({given})"
        found: int | None = connection.execute(query, [value]).fetchall()[0][0]
        return found

    return read_one


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("2024-03-01T12:00:00Z", "text"),
        ("2024-03-01T12:00:00z", "text"),
        ("2024-03-01t12:00:00Z", "text"),
        ("2024-03-01 12:00:00", "text"),
        ("2024-03-01T12:00", "text"),
        ("2024-03-01T12:00:00.000", "text"),
        ("2024-03-01T12:00:00.000000999Z", "text"),
        ("2024-03-01T20:00:00+08:00", "text"),
        ("2024-03-01T20:00:00+0800", "text"),
        ("2024-03-01T20:00:00+08", "text"),
        ("2024-03-01 20:00:00 +0800", "text"),
        ("2024-03-01 20:00:00 +08:00", "text"),
        ("2024-03-01T06:30:00-05:30", "text"),
        ("2024-03-01 12:00:00 UTC", "text"),
        ("2024-03-01 20:00:00 Asia/Shanghai", "text"),
        ("  2024-03-01 12:00:00  ", "text"),
        ("1709294400", "text"),
        ("1709294400.0", "text"),
        ("1.7092944e9", "text"),
        ("1709294400000", "text"),
        ("1709294400000000", "text"),
        (1_709_294_400, "integer"),
        (1_709_294_400_000, "integer"),
        (1_709_294_400_000_000, "integer"),
        (1_709_294_400.0, "real"),
        (1_709_294_400_000.0, "real"),
        (1_709_294_400_000_000.0, "real"),
        (1_709_294_400, "time_s"),
        (1_709_294_400_000, "time_ms"),
        (1_709_294_400_000_000, "time_us"),
        (1_709_294_400_000_000_999, "time_ns"),
    ],
)
def test_each_form_is_the_same_time(
    read: Callable[[object, str], int | None], value: object, form: str
) -> None:
    assert read(value, form) == NOON


def test_fractions_of_a_second_are_kept(read: Callable[[object, str], int | None]) -> None:
    assert read("2024-03-01T12:00:00.123456Z", "text") == NOON + 123_456
    assert read("1709294400.123456", "text") == NOON + 123_456
    assert read(1_709_294_400.123456, "real") == NOON + 123_456
    assert read(1_709_294_400_123.456, "real") == NOON + 123_456
    assert read("2024-03-01", "text") == NOON - 12 * 3600 * 10**6


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("", "text"),
        ("yesterday", "text"),
        ("now", "text"),
        ("today", "text"),
        ("epoch", "text"),
        ("infinity", "text"),
        ("nan", "text"),
        ("-1709294400", "text"),
        ("0", "text"),
        ("1970-01-01T00:00:00Z", "text"),
        ("1989-12-31T23:59:59Z", "text"),
        ("2100-01-01T00:00:00Z", "text"),
        ("9999-12-31T23:59:59Z", "text"),
        ("2024-02-30", "text"),
        ("2024-13-01", "text"),
        ("01/03/2024", "text"),
        ("2024-03-01 (BC)", "text"),
        ("20240301", "text"),
        ("99999999999999999999999999", "text"),
        (0, "integer"),
        (-5, "integer"),
        (20_240_301, "integer"),
        (2**63 - 1, "integer"),
        (float("nan"), "real"),
        (float("inf"), "real"),
        (float("-inf"), "real"),
        (1e300, "real"),
        (0, "time_us"),
        (2**62, "time_s"),
        (-(2**62), "time_ns"),
    ],
)
def test_what_is_no_time_of_a_log_is_none(
    read: Callable[[object, str], int | None], value: object, form: str
) -> None:
    assert read(value, form) is None


def test_bounds(read: Callable[[object, str], int | None]) -> None:
    for scale in (1, 10**3, 10**6):
        assert read(EARLIEST_S * scale, "integer") == EARLIEST_S * 10**6
        assert read(EARLIEST_S * scale - 1, "integer") is None
        assert read(LATEST_S * scale - 1, "integer") == (LATEST_S * scale - 1) * 10**6 // scale
        assert read(LATEST_S * scale, "integer") is None


@given(
    moment=st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2099, 12, 30)),
    offset=st.integers(-12 * 60, 14 * 60),
)
def test_any_moment_with_any_offset(
    read: Callable[[object, str], int | None], moment: datetime, offset: int
) -> None:
    whole = moment.replace(tzinfo=UTC)
    microseconds = int(whole.timestamp()) * 10**6 + moment.microsecond
    sign, minutes = "-" if offset < 0 else "+", abs(offset)
    text = f"{moment.isoformat()}{sign}{minutes // 60:02}:{minutes % 60:02}"
    assert read(text, "text") == microseconds - offset * 60 * 10**6
    assert read(microseconds, "integer") == microseconds
    assert read(str(microseconds), "text") == microseconds
