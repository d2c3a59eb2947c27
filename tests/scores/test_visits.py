"""What accounts did with each content, against a count by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.scores.judged import DAY_S, Judged, scored
from tests.scores.streets import street

from zhenzan.detectors.examples import Row, like, view
from zhenzan.scores import visits

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMES = {"comment": "comments", "share": "shares", "favorite": "favorites", "follow": "follows"}
ACTORS = {
    "comment": "genuine_commenters",
    "share": "genuine_sharers",
    "favorite": "genuine_favorites",
    "follow": "genuine_follows",
}


def counted(log: Judged) -> dict[str, Counter[str]]:
    """The same counts, one visit after another."""
    visits: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in log.rows:
        if row.event_type != "like":
            visits[row.content_id, row.account_id].append(row)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (content, account), rows in visits.items():
        told = found[content]
        kinds = Counter(row.event_type for row in rows)
        genuine = (
            kinds["view"] > 0
            and log.accounts.get(account, "genuine") not in {"fake", "suspect"}
            and log.likes.get((account, content), "genuine") not in {"fake", "suspect"}
            and log.authors.get(content) != account
        )
        told.update({"views": kinds["view"], "viewers": int(kinds["view"] > 0)})
        told.update({NAMES[deed]: kinds[deed] for deed in NAMES})
        seen = [row.progress for row in rows if row.progress is not None]
        for tenth in range(11):
            reached = bool(seen) and int(max(seen) * 1e6) >= tenth * 100_000
            told[f"reached_{tenth}"] += reached
            told[f"stayed_{tenth}"] += reached and genuine
        if genuine:
            told.update({ACTORS[deed]: int(kinds[deed] > 0) for deed in NAMES})
            told["genuine_viewers"] += 1
            told["genuine_comments"] += min(kinds["comment"], 3)
            told["finishers"] += bool(seen) and max(seen) >= 0.9
            told["share_arrivals"] += any(row.source == "share" for row in rows)
    return found


@pytest.mark.parametrize(("seed", "part_events"), [(0, 4_000_000), (1, 100), (2, 7)])
def test_counts_are_those_by_hand(
    seed: int, part_events: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "PART_EVENTS", part_events)
    log = street(seed)
    extra = [
        Row("comment", "p001", "c00", 5 * DAY_S),
        Row("comment", log.authors["c00"], "c00", 5 * DAY_S),
        view(log.authors["c00"], "c00", 5 * DAY_S, 1.0),
        Row("share", "passer-by", "c00", 6 * DAY_S),
        view("p002", "c01", 5 * DAY_S, 0.2),
        view("p002", "c01", 5 * DAY_S + 100, 0.95),
    ]
    log = replace(log, rows=(*log.rows, *extra), accounts={"p003": "fake", "p004": "suspect"})
    expected = counted(log)
    rows = {row["content"]: row for row in scored(log).tables["content_visits"]}
    assert set(rows) == set(expected)
    for content, row in rows.items():
        told = {name: value for name, value in row.items() if name in expected[content]}
        assert told == dict(expected[content])
        assert len(told) > 30


def sources(rows: Iterable[Row], **more: Any) -> dict[str, tuple[int, int, int]]:
    found = scored(Judged(tuple(rows), **more)).tables["content_sources"]
    return {
        row["source"]: (row["views"], row["likes"], row["fake_likes"])
        for row in found
        if row["content"] == "c"
    }


def test_rare_sources_are_counted_together() -> None:
    rows = [
        view(f"p{n} {turn}", "c", n + turn, 0.5, source=f"way {n:02}")
        for n in range(25)
        for turn in range(30 - n)
    ]
    rows += [view("a", "c", 3, 0.5), like("a", "c", 4), like("b", "c", 5, source="way 24")]
    found = sources(rows, likes={("b", "c"): "fake"})
    assert set(found) == {f"way {n:02}" for n in range(20)} | {"other", "unlogged"}
    assert found["way 00"] == (30, 0, 0)
    assert found["other"] == (sum(30 - n for n in range(20, 25)), 1, 1)
    assert found["unlogged"] == (1, 1, 0)


def test_without_views_whoever_did_something_counts() -> None:
    log = Judged((like("a", "c", 1), Row("comment", "a", "c", 2), Row("comment", "b", "c", 3)))
    [row] = scored(log).tables["content_visits"]
    assert (row["views"], row["genuine_viewers"], row["genuine_commenters"]) == (0, 0, 2)
