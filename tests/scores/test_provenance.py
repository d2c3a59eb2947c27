"""Where likes come from, told so that no small class can be worked out from what is told."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rings.scans import scanned

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.scores.provenance import FEWEST, provenance_query

if TYPE_CHECKING:
    from collections.abc import Iterator

SOUND = ("genuine", "unknown")
CALLED = ("farm", "mutual", "unproven")
CLASSES = SOUND + CALLED
SMALL = 3
"""As if classes of fewer than 3 were hidden: then all cases can be tried."""
Mix = tuple[int, ...]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(tmp_path_factory.mktemp("mixes"), 500_000_000, 1)
    yield engine
    engine.close()


def told(engine: DuckDBEngine, mixes: list[Mix], fewest: int) -> list[dict[str, int]]:
    """What is published of each mix of classes."""
    rows = [
        {"content": n, "called": int(word in CALLED), "provenance": word, "likes": likes}
        for n, mix in enumerate(mixes)
        for word, likes in zip(CLASSES, mix, strict=True)
        if likes
    ]
    schema = pa.schema(
        [(n, pa.string() if n == "provenance" else pa.int64())
         for n in ("content", "called", "provenance", "likes")]
    )  # fmt: skip
    engine.register("like_mix", pa.Table.from_pylist(rows, schema))
    found: list[dict[str, int]] = [{} for _ in mixes]
    for row in engine.query(provenance_query(fewest)).to_pylist():
        found[row["content"]][row["provenance"]] = row["likes"]
    return found


@cache
def everything() -> list[Mix]:
    """Every mix of up to six likes of each of five classes."""
    return list(itertools.product(range(7), repeat=len(CLASSES)))


def test_no_small_class_follows_from_what_is_told(engine: DuckDBEngine) -> None:
    """All mixes that look alike from outside, told totals included, differ in each small class."""
    alike: dict[object, list[Mix]] = defaultdict(list)
    mixes = everything()
    for mix, row in zip(mixes, told(engine, mixes, SMALL), strict=True):
        sound, called = sum(mix[: len(SOUND)]), sum(mix[len(SOUND) :])
        alike[sound, called, tuple(sorted(row.items()))].append(mix)
    looked_at = 0
    for same in alike.values():
        for place in range(len(CLASSES)):
            values = {mix[place] for mix in same}
            if any(0 < value < SMALL for value in values):
                looked_at += 1
                assert len(values) > 1, same[0]
    assert looked_at > 100, "small classes were there to be found"


MIXES = st.lists(st.tuples(*[st.integers(0, 40)] * len(CLASSES)), min_size=1, max_size=20)


@given(mixes=MIXES)
def test_what_is_shown_is_large_and_adds_up(engine: DuckDBEngine, mixes: list[Mix]) -> None:
    for mix, row in zip(mixes, told(engine, mixes, FEWEST), strict=True):
        assert sum(row.values()) == (sum(mix) if sum(mix) >= FEWEST else 0)
        true = dict(zip(CLASSES, mix, strict=True))
        for word, likes in row.items():
            assert word == "hidden" or likes == true[word] >= FEWEST
        for side in (SOUND, CALLED):
            rest = sum(true[word] for word in side if word not in row)
            small = [true[word] for word in side if 0 < true[word] < FEWEST]
            assert not small or rest >= min(FEWEST, sum(true[word] for word in side))


def test_a_scan_tells_of_large_classes_only(tmp_path_factory: pytest.TempPathFactory) -> None:
    scan = scanned("rack", tmp_path_factory)
    likes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in scan.rows("likes"):
        likes[row["content_id"]][row["provenance"]] += 1
    told_of: Counter[str] = Counter()
    for row in scan.rows("provenance"):
        told_of[row["content_id"]] += row["likes"]
        if row["provenance"] not in {"hidden", "unproven", "unknown"}:
            assert row["likes"] == likes[row["content_id"]][row["provenance"]] >= FEWEST
    totals = {name: count.total() for name, count in likes.items()}
    assert told_of == {name: total for name, total in totals.items() if total >= FEWEST}
    assert {row["provenance"] for row in scan.rows("provenance")} >= {"genuine", "hidden"}
