"""Contenders do the same work, are judged alike, and the page says what was measured."""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from benchmark.beside import page, pairs, stream
from benchmark.beside.contest import Contender, Work, contest
from benchmark.beside.outlook import outlook
from pyarrow import parquet

DOCS = Path(__file__).parents[2] / "docs"

if TYPE_CHECKING:
    from collections.abc import Sequence


def by_hand(likes: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    met: Counter[tuple[int, int]] = Counter()
    for one, other in combinations(likes, 2):
        if one[1] == other[1] and abs(one[2] - other[2]) <= pairs.WINDOW_S:
            met[min(one[0], other[0]), max(one[0], other[0])] += 1
    return [(*pair, n) for pair, n in met.items() if n >= pairs.FEWEST_CONTENTS]


@pytest.mark.parametrize("way", ["zhenzan", "band", "grid"])
def test_each_way_gives_the_edges_that_a_loop_gives(tmp_path: Path, way: str) -> None:
    dice = np.random.default_rng(7)
    likes = [
        (account, content, int(dice.integers(0, 600)))
        for account in range(1, 31)
        for content in range(1, 9)
    ]
    names = ("account", "content", "second")
    file = tmp_path / "likes.parquet"
    columns = zip(*likes, strict=True)
    parquet.write_table(pa.table(dict(zip(names, map(list, columns), strict=True))), file)
    expected = np.array(by_hand(likes), np.int64)
    assert 10 < len(expected) < 400
    assert pairs.WAYS[way](file).answer == pairs.edges(*expected.T)


def test_edges_differ_in_a_weight_and_not_in_their_order() -> None:
    left, right, weight = np.array([[1, 2], [5, 6], [2, 3]])
    known = pairs.edges(left, right, weight)
    assert pairs.edges(left[::-1], right[::-1], weight[::-1]) == known
    assert pairs.edges(left, right, weight + 1) != known


SAY = "import json, sys; json.dump({said}, open(sys.argv[-1], 'w'))"


def test_a_contender_has_its_median_and_one_answer(tmp_path: Path) -> None:
    said = json.dumps({"cpu_s": 2.0, "wall_s": 3.0, "answer": {"edges": 4}})
    one = Contender("one", [sys.executable, "-I", "-c", SAY.format(said=said)])
    (row,) = contest([one], 2, tmp_path)
    assert (row["title"], row["work_cpu_s"], row["answer"]) == ("one", 2.0, {"edges": 4})
    assert row["cpu_s"] < 2.0 < row["peak_mb"]
    unsure = "{'cpu_s': 1, 'wall_s': 1, 'answer': {'edges': __import__('time').time()}}"
    other = Contender("two", [sys.executable, "-I", "-c", SAY.format(said=unsure)])
    with pytest.raises(SystemExit, match="two answers"):
        contest([other], 1, tmp_path)


def test_decisions_are_judged_by_what_is_above_the_lowest() -> None:
    fake = np.array([True, True, False, False])
    answer = stream.judged(np.array([2.0, 0.0, 1.0, 0.0]), fake)
    assert (answer["found"], answer["precision"]) == (0.5, 0.5)
    assert stream.judged(np.zeros(4), fake)["precision"] == 0.0


def test_work_is_written_as_it_is_read(tmp_path: Path) -> None:
    Work(1.0, 2.0, {"edges": 3}).write(tmp_path / "work.json")
    read = json.loads((tmp_path / "work.json").read_text())
    assert read == {"cpu_s": 1.0, "wall_s": 2.0, "answer": {"edges": 3}}


def test_what_is_reckoned_follows_from_what_was_measured() -> None:
    def size(events: float, cpu_s: float, peak_mb: float) -> dict[str, object]:
        stages = [
            {"stage": "ingest", "cpu_s": cpu_s / 4, "peak_mb": peak_mb / 2},
            {"stage": "rings", "cpu_s": cpu_s / 2, "peak_mb": peak_mb},
            {"stage": "report", "cpu_s": 0.1, "peak_mb": peak_mb},
        ]
        scan = {"cpu_s": cpu_s, "peak_mb": peak_mb}
        return {"events": events, "parquet_mb": events / 1e5, "scan": scan, "stages": stages}

    said = outlook([size(1e6, 10.0, 500.0), size(4e6, 40.0, 1_100.0)])
    assert said["cpu_us"] == pytest.approx(10.0)
    assert said["memory_bytes"] == pytest.approx(200.0)
    assert said["rings_exponent"] == pytest.approx(1.0)
    assert said["day"]["core_hours"] == pytest.approx(1e10 / 3.6e9)
    assert said["day"]["memory_gb"] == pytest.approx(200.0)
    assert said["month"]["parquet_gb"] == pytest.approx(300.0)
    assert said["stages"][-1]["stage"] == "start and end"
    assert said["stages"][-1]["cells"][0]["cpu_s"] == pytest.approx(2.4)
    assert (said["ingest_mb"], said["peak_mb"]) == (550.0, 1_100.0)


def test_the_pages_and_their_pictures_are_what_was_measured(tmp_path: Path) -> None:
    page.write(json.loads((DOCS / "speed.json").read_text(encoding="utf-8")), tmp_path)
    written = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*.*"))
    assert {Path("speed.md"), Path("scale.md")} <= set(written)
    for path in written:
        assert (DOCS / path).read_text(encoding="utf-8") == (tmp_path / path).read_text(
            encoding="utf-8"
        )
