"""What the burst detector leaves alone, and how it reads long logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.detectors.logs import Found, find
from tests.detectors.random_logs import AUTHORS, random_log

from zhenzan.detectors import burst
from zhenzan.detectors.burst import DAY_S, MOST_BURST_BITS, Burst
from zhenzan.detectors.examples import Row, honest_log, like, view

if TYPE_CHECKING:
    from collections.abc import Iterable

VIEWERS_PER_LIKE = 10


def crowd(content: str, likers: int, start_s: float, length_s: float) -> list[Row]:
    """Viewers evenly over a time, of whom one in ten likes."""
    rows = []
    for viewer in range(likers * VIEWERS_PER_LIKE):
        at_s = start_s + length_s * viewer / (likers * VIEWERS_PER_LIKE)
        name = f"{content} {start_s:.0f} {viewer}"
        rows.append(view(name, content, at_s, 0.5))
        if viewer % VIEWERS_PER_LIKE == 0:
            rows.append(like(name, content, at_s + 30))
    return rows


def strongest(found: Iterable[Found], code: str, entity: str = "") -> float:
    return max(
        (f.bits for f in found if f.reason_code == code and f.entity.startswith(entity)),
        default=0.0,
    )


def outage(rows: Iterable[Row], start_s: float, length_s: float) -> list[Row]:
    """The log without the views of a stretch of time."""
    return [
        row
        for row in rows
        if row.event_type != "view" or not start_s <= row.at_s < start_s + length_s
    ]


def test_hours_without_a_view_log_are_left_out(log_of: Any) -> None:
    rows = [row for n in range(30) for row in crowd(f"c{n:02}", 60, 0, 5 * DAY_S)]
    # An evening show: everybody comes, and nobody's view is logged.
    rows += [row for n in range(30) for row in crowd(f"c{n:02}", 40, 2 * DAY_S, 7_200)]
    with log_of(outage(rows, 2 * DAY_S - 3_600, 4 * 3_600)) as log:
        assert strongest(find(Burst(), log), "content_burst") < 1.5
    # On one content alone the same is no outage of the log.
    alone = [row for n in range(30) for row in crowd(f"c{n:02}", 60, 0, 5 * DAY_S)]
    alone += [row for row in crowd("c07", 40, 2 * DAY_S, 1_200) if row.event_type == "like"]
    with log_of(alone) as log:
        found = find(Burst(), log)
    assert strongest(found, "content_burst", "c07") == MOST_BURST_BITS
    assert {f.entity for f in found if f.reason_code == "content_burst"} == {"c07"}


def test_without_views_no_rush_is_worth_much(log_of: Any) -> None:
    rows = [row for row in honest_log() if row.event_type == "like"]
    rows += [like(f"bot{bot}", "c60", 5 * DAY_S + bot) for bot in range(300)]
    with log_of(rows) as log:
        found = find(Burst(), log)
    assert 0 < strongest(found, "content_burst", "c60") < 2.2
    assert strongest(found, "like_in_burst") < 2.2


def test_rushes_are_worth_less_where_they_are_common(log_of: Any) -> None:
    rows = [row for row in honest_log() if row.event_type == "like"]
    rows += [
        like(f"fan{post}-{fan}", f"post{post}", DAY_S * (post % 9) + fan)
        for post in range(40)
        for fan in range(20)
    ]
    with log_of(rows) as log:
        assert strongest(find(Burst(), log), "content_burst") == 0


@pytest.mark.parametrize("rows_at_once", [1, 700])
@pytest.mark.parametrize("views", [True, False], ids=["views", "no views"])
def test_chunks_do_not_matter(
    log_of: Any, monkeypatch: pytest.MonkeyPatch, rows_at_once: int, views: bool
) -> None:
    with log_of(random_log(11, views=views), AUTHORS) as log:
        whole = find(Burst(), log)
        monkeypatch.setattr(burst, "CHUNK_ROWS", rows_at_once)
        assert find(Burst(), log) == whole
    assert whole


def test_a_night_shift_is_seen_and_one_late_night_is_not(log_of: Any) -> None:
    rows: list[Row] = []
    for n in range(40):
        for day in range(6):
            rows += crowd(f"c{n:02}", 12, DAY_S * day, DAY_S / 2)
    night_s = 0.75 * DAY_S
    nightly = [like(f"n{n}", "c05", DAY_S * (n % 6) + night_s + 300 * n) for n in range(30)]
    late = [like(f"n{n}", "c05", 2 * DAY_S + night_s + 300 * n) for n in range(30)]
    with log_of([*rows, *nightly]) as log:
        assert strongest(find(Burst(), log), "content_sleepless", "c05") > 3
    with log_of([*rows, *late]) as log:
        assert strongest(find(Burst(), log), "content_sleepless") == 0


def test_a_log_of_whole_minutes_has_no_pile_ups(log_of: Any) -> None:
    rows = [row for row in random_log(12) if row.event_type != "like"]
    for post in range(30):
        rows += [like(f"p{n}", f"c{post}", 60.0 * (n // 3) + 3_600 * post) for n in range(30)]
    with log_of(rows) as log:
        assert strongest(find(Burst(), log), "content_same_second") == 0


def test_a_pile_up_within_the_second(log_of: Any) -> None:
    rows = [*honest_log(likes=60)]
    rows += [like(f"x{n}", "c3", 4 * DAY_S + 0.9 * n / 25) for n in range(25)]
    with log_of(rows) as log:
        assert strongest(find(Burst(), log), "content_same_second", "c3") > 3
