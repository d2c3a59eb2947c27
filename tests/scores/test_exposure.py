"""The more likes are bought, the less exposure: the worked example of docs/scores.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from tests.scores.bought import AMOUNTS, RIVAL_POST, TRADER_POST, tables

import zhenzan

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[2] / "docs" / "scores.md"


@pytest.fixture(scope="module")
def bought(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, zhenzan.Scan]]:
    """A scan for each number of likes bought."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHENZAN_HOME", str(tmp_path_factory.mktemp("key")))
        scans = {}
        for amount in AMOUNTS:
            events, contents = tables(amount)
            scans[amount] = zhenzan.scan(events, contents=contents, memory="1GB", threads=2)
        yield scans


def told(scan: zhenzan.Scan, post: str) -> dict[str, Any]:
    [exposed] = [row for row in scan.exposure().to_pylist() if row["content_id"] == post]
    [counted] = [row for row in scan.contents.to_pylist() if row["content_id"] == post]
    return {**counted, **exposed}


def test_the_more_is_bought_of_ones_own_group_the_less_exposure(
    bought: dict[int, zhenzan.Scan],
) -> None:
    rows = [told(bought[amount], TRADER_POST) for amount in AMOUNTS]
    likes = [row["likes"] for row in rows]
    exposure = [row["exposure"] for row in rows]
    assert likes == sorted(set(likes)), "the count that everybody sees goes up"
    assert exposure == sorted(set(exposure), reverse=True), "the exposure goes down"
    assert exposure[-1] < exposure[0] / 2


def test_likes_that_a_rival_bought_cost_nothing(bought: dict[int, zhenzan.Scan]) -> None:
    rows = [told(bought[amount], RIVAL_POST) for amount in AMOUNTS]
    assert rows[-1]["removed_likes"] >= AMOUNTS[-1]
    assert len({row["exposure"] for row in rows}) == 1
    for amount in AMOUNTS:
        [account] = [
            row
            for row in bought[amount].accounts.to_pylist()
            if row["account_id"] == rows[0]["author_id"]
        ]
        assert account["credit"] == 100


def test_what_a_recommender_gets(bought: dict[int, zhenzan.Scan]) -> None:
    scan = bought[0]
    table = scan.exposure()
    assert table.column_names == [
        *("content_id", "as_of", "exposure", "engagement_score", "engagement_low"),
        *("engagement_high", "true_likes", "health"),
    ]
    assert table.num_rows == scan.contents.num_rows
    assert table.schema.field("as_of").type == pa.timestamp("us", tz="UTC")
    [as_of] = set(table.column("as_of").to_pylist())
    assert as_of.isoformat() == scan.summary["period"]["last_ts"]
    for row in table.to_pylist():
        if row["exposure"] is not None:
            assert 0 <= row["exposure"] <= row["engagement_score"]
            assert row["engagement_low"] <= row["engagement_score"] <= row["engagement_high"]


def test_the_page_shows_these_figures(bought: dict[int, zhenzan.Scan]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for amount in AMOUNTS:
        own, rival = (told(bought[amount], post) for post in (TRADER_POST, RIVAL_POST))
        cells = [amount, own["likes"], own["removed_likes"], round(own["true_likes"]),
                 f"{own['exposure']:.1f}", rival["likes"], f"{rival['exposure']:.1f}"]  # fmt: skip
        assert f"| {' | '.join(map(str, cells))} |" in page
    assert len(re.findall(r"^\| \d+ \| \d+ \| \d+ \|", page, re.MULTILINE)) == len(AMOUNTS)
