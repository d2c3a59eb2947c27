"""Data health: what lowers it, what does not, and what is said to raise it."""

from __future__ import annotations

from dataclasses import replace
from string import Formatter
from typing import Any

import pytest
from tests.scores.judged import DAY_S, Judged, scored

from zhenzan.detectors.examples import Row, like, view
from zhenzan.reasons import REASONS, sentence
from zhenzan.scores.health import REASONS as CODES
from zhenzan.tables import AUTHORS, CONTENTS

HOUR_S = 3_600


def watched(content: str, count: int, progress: float = 0.8) -> tuple[Row, ...]:
    """Likes after a view, one an hour."""
    return tuple(
        row
        for n in range(count)
        for row in (
            view(f"{content} p{n}", content, DAY_S + n * HOUR_S, progress),
            like(f"{content} p{n}", content, DAY_S + n * HOUR_S + 30),
        )
    )


def tapped(content: str, count: int, at_s: float = 9 * DAY_S) -> tuple[Row, ...]:
    """Likes out of nowhere, all in one hour."""
    return tuple(like(f"{content} t{n}", content, at_s + n) for n in range(count))


USUAL = tuple(row for number in range(10) for row in watched(f"usual{number}", 10))


def health(rows: tuple[Row, ...], content: str, **more: Any) -> dict[str, Any]:
    return scored(replace(Judged(USUAL + rows), **more)).contents[content]


def test_likes_of_people_who_came_and_watched_are_sound() -> None:
    row = health(watched("c", 10), "c")
    assert (row["health"], row["health_reasons"]) == (100.0, [])
    assert (row["timely"], row["deep"]) == (10, 10)


def test_likes_out_of_nowhere_are_untimely_and_shallow() -> None:
    row = health(watched("c", 10) + tapped("c", 10), "c")
    assert (row["timely"], row["deep"]) == (11, 10), "one more may belong to a view before"
    assert row["health_reasons"] == ["content_likes_shallow", "content_likes_untimely"]
    assert 60 < row["health"] < 80


def test_likes_after_a_glance_are_shallow_unless_more_was_done() -> None:
    glanced = watched("c", 8, progress=0.1)
    row = health(glanced, "c")
    assert (row["timely"], row["deep"]) == (8, 0)
    talk = tuple(Row("comment", f"c p{n}", "c", 5 * DAY_S) for n in range(3))
    assert health(glanced + talk, "c")["deep"] == 3


def test_removed_and_discounted_likes_are_no_longer_sound() -> None:
    bots = {(f"c p{n}", "c"): verdict for n, verdict in enumerate(["fake"] * 3 + ["suspect"] * 2)}
    row = health(watched("c", 10), "c", likes=bots)
    assert row["health"] == pytest.approx(100 * 6 / 11, abs=0.05), "one more is taken for sound"
    assert row["health_reasons"][0] == "content_likes_removed"


def test_a_log_that_loses_views_costs_nobody_anything() -> None:
    """Half of the views are lost everywhere."""
    rows = tuple(
        row
        for row in USUAL + watched("c", 10)
        if row.event_type == "like" or int(row.account_id[-1]) % 2
    )
    found = scored(Judged(rows)).contents
    assert {row["health"] for row in found.values()} == {100.0}


def test_an_authors_health_is_that_of_all_its_likes() -> None:
    authors = {"c": "star", "d": "star"}
    log = Judged(USUAL + watched("c", 10) + tapped("d", 10), authors)
    found = scored(log)
    one, other = (found.contents[name] for name in ("c", "d"))
    star = found.authors["star"]
    assert star["likes"] == 20
    assert star["timely"] == one["timely"] + other["timely"]
    assert other["health"] < star["health"] < one["health"]


def test_one_like_says_little_of_health() -> None:
    assert health(watched("c", 1), "c")["health"] == 100.0
    one = health(watched("c", 1), "c", likes={("c p0", "c"): "fake"})
    many = health(watched("c", 9), "c", likes={(f"c p{n}", "c"): "fake" for n in range(9)})
    assert 0.0 < many["health"] < one["health"] < 60.0
    assert one["health_reasons"][0] == "content_likes_removed"


def test_health_is_a_number_even_where_nothing_is_sound() -> None:
    rows = tapped("c", 3)
    found = scored(Judged(rows, {"c": "star"}, {(f"c t{n}", "c"): "fake" for n in range(3)}))
    assert found.contents["c"]["health"] == found.authors["star"]["health"]
    assert 0.0 <= found.contents["c"]["health"] <= 30.0


def test_words_for_what_would_raise_it_are_filled_from_the_tables() -> None:
    for code in CODES.values():
        named = {name for _, name, _, _ in Formatter().parse(REASONS[code].sentence["en"]) if name}
        for table in (CONTENTS, AUTHORS):
            assert named <= set(table.column_names)
        assert "7" in sentence(code, dict.fromkeys(named, 7), "zh")
