"""SQL that reads a time in any of its written forms as microseconds since 1970, UTC.

A time is a timestamp of any unit and zone, ISO 8601 text (with an offset, ``Z``, a zone name, or
none, which means UTC), or a number since 1970, whole or not, as a number or as text. The number's
unit follows from its size, value by value, since the ranges of the allowed years do not overlap:

=============  =============================================
unit           range (1990-01-01 to 2100-01-01, the end out)
=============  =============================================
seconds        631,152,000 – 4,102,444,800
milliseconds   the same × 1,000
microseconds   the same × 1,000,000
=============  =============================================

What lies outside these ranges is no time that a log can hold (zero, year 9999) and gives NULL.
Nanosecond timestamps are cut to the microsecond below.
"""

from __future__ import annotations

EARLIEST_S = 631_152_000
"""1990-01-01T00:00:00Z, seconds since 1970."""
LATEST_S = 4_102_444_800
"""2100-01-01T00:00:00Z, seconds since 1970; the first second that is refused."""
US_PER_S = 1_000_000
UNITS_PER_SECOND = {"time_s": 1, "time_ms": 10**3, "time_us": 10**6, "time_ns": 10**9}


def _within(value: str) -> str:
    low, high = EARLIEST_S * US_PER_S, LATEST_S * US_PER_S
    return f"CASE WHEN {value} >= {low} AND {value} < {high} THEN {value} END"


def _epoch(number: str) -> str:
    cases = " ".join(
        f"WHEN {number} >= {EARLIEST_S * scale} AND {number} < {LATEST_S * scale} "
        f"THEN CAST(floor({number} * {US_PER_S // scale}.0 + 0.5) AS BIGINT)"
        for scale in (1, 10**3, 10**6)
    )
    return f"CASE {cases} END"


def _epoch_integer(number: str) -> str:
    cases = " ".join(
        f"WHEN {number} >= {EARLIEST_S * scale} AND {number} < {LATEST_S * scale} "
        f"THEN CAST({number} AS BIGINT) * {US_PER_S // scale}"
        for scale in (1, 10**3, 10**6)
    )
    return f"CASE {cases} END"


def _typed(number: str, form: str) -> str:
    per_second = UNITS_PER_SECOND[form]
    inside = f"{number} >= {EARLIEST_S * per_second} AND {number} < {LATEST_S * per_second}"
    scaled = (
        f"{number} * {US_PER_S // per_second}"
        if per_second <= US_PER_S
        else f"{number} // {per_second // US_PER_S}"
    )
    return f"CASE WHEN {inside} THEN {scaled} END"


def _iso(text: str) -> str:
    # Only text that starts as a date: DuckDB also reads words such as 'epoch'.
    return _within(f"epoch_us(TRY_CAST({text} AS TIMESTAMPTZ))")


def time_sql(column: str, form: str) -> str:
    """The SQL that reads ``column`` as BIGINT µs since 1970 (UTC), NULL where it is no time.

    Args:
        column: A column name or expression of ours.
        form: How the column comes: ``integer``, ``real``, ``time_s`` … ``time_ns`` (whole numbers
            of that unit), or text. The session's time zone must be UTC.
    """
    if form in UNITS_PER_SECOND:
        return _typed(column, form)
    if form == "integer":
        return _epoch_integer(column)
    if form == "real":
        return _epoch(column)
    # A lower-case t or z, blanks around, and a blank before the offset are common in logs.
    tidy = f"regexp_replace(upper(trim({column})), '\\s+([+-]\\d\\d:?\\d*)$', '\\1')"
    number = f"TRY_CAST({column} AS DOUBLE)"
    return f"coalesce({_iso(column)}, {_epoch(number)}, {_iso(tidy)})"
