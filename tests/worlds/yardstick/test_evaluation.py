"""`zhenzan evaluate` on scans whose quality is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhenzan import tables
from zhenzan.errors import InputError
from zhenzan.worlds import WorldSettings, evaluate, simulate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# account, content, fake, mode, campaign; u1 u2 honest, s1 s2 a farm, h hired
LIKES: tuple[tuple[str, str, bool, str | None, str | None], ...] = (
    ("u1", "v1", False, None, None),
    ("u2", "v1", False, None, None),
    ("s1", "v1", True, "farm", "c0"),
    ("s2", "v1", True, "farm", "c0"),
    ("s1", "v2", True, "farm", None),
    ("h", "v2", True, "hired", "c1"),
    ("h", "v1", False, None, None),
)
ACCOUNTS = (
    ("u1", "honest", "fans", None, None),
    ("u2", "victim", None, None, None),
    ("s1", "supplier", None, "farm", "p0"),
    ("s2", "supplier", None, "farm", "p0"),
    ("h", "hired", None, "hired", "p1"),
)


def _write(path: Path, names: str, rows: Sequence[Sequence[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names.split())}
    pq.write_table(pa.table(columns), path)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    folder = tmp_path / "world" / "truth"
    _write(
        folder / "likes.parquet",
        "event_id fake mode campaign",
        [(i, fake, mode, campaign) for i, (_, _, fake, mode, campaign) in enumerate(LIKES)],
    )
    _write(folder / "accounts.parquet", "account_id role hard mode pool", ACCOUNTS)
    contents = [("v1", True, "farm"), ("v2", True, "hired")]
    _write(folder / "contents.parquet", "content_id bought mode", contents)
    campaigns = [("c0", "farm", 1, "p0", 2, 0.01), ("c1", "hired", 1, "p1", 1, 0.05)]
    _write(folder / "campaigns.parquet", "campaign mode skill pool likes price_per_like", campaigns)
    return tmp_path / "world"


def _scan(folder: Path, accused: set[int], rings: dict[str, tuple[str, ...]]) -> Path:
    """A scan that calls some likes fake (score 1; others 0), and their suppliers."""
    likes = [
        (str(i), account, content, float(i in accused), "fake" if i in accused else "genuine")
        for i, (account, content, *_) in enumerate(LIKES)
    ]
    _write(folder / "likes.parquet", "event_id account_id content_id score verdict", likes)
    guilty = {LIKES[i][0] for i in accused} - {"h"}
    accounts = [(a, float(a in guilty), "fake" if a in guilty else "genuine") for a, *_ in ACCOUNTS]
    _write(folder / "accounts.parquet", "account_id score verdict", accounts)
    counts = {"v1": (5, 3), "v2": (2, 0)}
    contents = [
        (v, float(sum(LIKES[i][1] == v and i not in accused for i in range(len(LIKES)))), 0.0, 9.0,
         "boosted" if any(LIKES[i][1] == v for i in accused) else "clean")
        for v in counts
    ]  # fmt: skip
    _write(
        folder / "contents.parquet",
        "content_id true_likes true_likes_low true_likes_high verdict",
        contents,
    )
    members = [(ring, account, 1.0) for ring, accounts_ in rings.items() for account in accounts_]
    _table(folder / "rings.parquet", tables.RINGS.schema, [(r, "farm") for r in rings])
    _table(folder / "ring_members.parquet", tables.RING_MEMBERS.schema, members)
    return folder


def _table(path: Path, schema: pa.Schema, rows: Sequence[Sequence[Any]]) -> None:
    """A table with some columns of a schema, also when it has no row."""
    names = ["ring_id", "kind"] if path.stem == "rings" else ["ring_id", "account_id", "score"]
    columns = {n: pa.array([r[i] for r in rows], schema.field(n).type) for i, n in enumerate(names)}
    pq.write_table(pa.table(columns), path)


def test_a_perfect_scan(truth: Path, tmp_path: Path) -> None:
    scan = _scan(tmp_path / "scan", {2, 3, 4, 5}, {"r1": ("s1", "s2"), "r2": ("h",)})
    result = evaluate(scan, truth)
    assert (result.recall.hits, result.recall.total) == (4, 4)
    assert result.precision.value == 1.0
    assert (result.false_likes.hits, result.false_likes.total) == (0, 3)
    assert (result.false_accounts.hits, result.false_accounts.total) == (0, 2)
    assert result.average_precision == 1.0
    assert result.calibration_error == 0.0
    assert result.rings.adjusted_rand == 1.0
    assert result.rings.purity.value == 1.0
    assert result.rings.coverage.value == 1.0
    assert all(mode.multiple is None for mode in result.modes)
    assert result.contents.recall.value == 1.0


def test_a_scan_that_sees_nothing(truth: Path, tmp_path: Path) -> None:
    result = evaluate(_scan(tmp_path / "scan", set(), {}), truth)
    assert result.recall.value == 0.0
    assert result.precision.value is None
    assert result.average_precision == pytest.approx(4 / 7)
    assert result.calibration_error == pytest.approx(4 / 7)
    assert result.rings.coverage.value == 0.0
    assert result.rings.purity.value is None
    assert [(m.mode, m.multiple) for m in result.modes] == [("farm", 1.0), ("hired", 1.0)]
    assert [m.paid_per_surviving for m in result.modes] == pytest.approx([0.01, 0.05])


def test_a_scan_that_errs(truth: Path, tmp_path: Path) -> None:
    scan = _scan(tmp_path / "scan", {0, 2}, {"r1": ("s1", "u1")})
    result = evaluate(scan, truth)
    farm = next(m for m in result.modes if m.mode == "farm")
    assert (farm.recall.hits, farm.recall.total) == (1, 3)  # camouflage counts
    assert (farm.recall_bought.hits, farm.recall_bought.total) == (1, 2)
    assert farm.multiple == 2.0
    assert farm.paid_per_surviving == pytest.approx(0.02)
    assert (farm.accounts.hits, farm.accounts.total) == (1, 2)
    crowds = {c.crowd: c for c in result.crowds}
    assert set(crowds) == {"fans", "ordinary"}
    assert (crowds["fans"].likes.hits, crowds["fans"].likes.total) == (1, 1)
    assert (crowds["fans"].accounts.hits, crowds["ordinary"].accounts.hits) == (1, 0)
    assert result.false_likes.hits == 1
    assert result.precision.value == 0.5
    assert (result.rings.purity.hits, result.rings.purity.total) == (1, 2)


def test_a_courtesy_ring_accuses_nobody(truth: Path, tmp_path: Path) -> None:
    scan = _scan(tmp_path / "scan", set(), {"r1": ("u1", "u2")})
    _table(scan / "rings.parquet", tables.RINGS.schema, [("r1", "courtesy")])
    assert evaluate(scan, truth).rings.purity.total == 0


def test_the_error_of_true_likes_is_over_contents_with_twenty(tmp_path: Path) -> None:
    rows: list[tuple[int, bool, str | None, str | None]]
    rows = [(i, False, None, None) for i in range(25)]
    rows += [(i, True, "farm", "c0") for i in range(25, 30)]
    folder = tmp_path / "world/truth"
    _write(folder / "likes.parquet", "event_id fake mode campaign", rows)
    people = [(f"u{i}", "supplier" if i >= 25 else "honest", None, None, None) for i in range(30)]
    _write(folder / "accounts.parquet", "account_id role hard mode pool", people)
    _write(folder / "contents.parquet", "content_id bought mode", [("v1", True, "farm")])
    campaigns = [("c0", "farm", 0, "p0", 5, 0.01)]
    _write(folder / "campaigns.parquet", "campaign mode skill pool likes price_per_like", campaigns)
    scan = _scan(tmp_path / "scan", set(), {})
    likes = [(str(i), f"u{i}", "v1", 0.1, "genuine") for i in range(30)]
    _write(scan / "likes.parquet", "event_id account_id content_id score verdict", likes)
    _write(
        scan / "contents.parquet",
        "content_id true_likes true_likes_low true_likes_high verdict",
        [("v1", 27.0, 26.0, 29.0, "clean")],
    )
    contents = evaluate(scan, tmp_path / "world").contents
    assert contents.contents == 1
    assert contents.mean_relative_error == pytest.approx(2 / 25)
    assert contents.total_relative_error == pytest.approx(2 / 25)
    assert contents.mean_relative_error_of_count == pytest.approx(5 / 25)
    assert contents.inside_interval.value == 0.0


def test_identifiers_may_be_text_or_numbers_and_the_truth_folder_named(
    truth: Path, tmp_path: Path
) -> None:
    scan = _scan(tmp_path / "scan", {2}, {})
    table = pq.read_table(scan / "likes.parquet")
    numbers = table.set_column(0, "event_id", table["event_id"].cast(pa.int64()))
    pq.write_table(numbers, scan / "likes.parquet")
    assert evaluate(scan, truth) == evaluate(scan, truth / "truth")
    assert evaluate(scan, truth).recall.hits == 1


def test_a_like_that_was_not_judged_counts_as_missed(truth: Path, tmp_path: Path) -> None:
    scan = _scan(tmp_path / "scan", {2, 3, 4, 5}, {})
    table = pq.read_table(scan / "likes.parquet")
    pq.write_table(table.slice(0, 3), scan / "likes.parquet")
    result = evaluate(scan, truth)
    assert (result.judged.hits, result.judged.total) == (3, 7)
    assert (result.recall.hits, result.recall.total) == (1, 4)


def test_the_result_is_json_and_text(truth: Path, tmp_path: Path) -> None:
    result = evaluate(_scan(tmp_path / "scan", {0, 2}, {"r1": ("s1",)}), truth)
    assert json.loads(json.dumps(result.to_dict()))["recall"]["hits"] == 1
    text = result.text()
    for word in ("farm", "hired", "fans", "multiple", "precision", "Rand", "true_likes"):
        assert word in text, word
    assert "fraud" not in text.lower()


@pytest.mark.parametrize("name", ["likes", "rings"])
def test_a_missing_file_is_named(truth: Path, tmp_path: Path, name: str) -> None:
    scan = _scan(tmp_path / "scan", set(), {})
    (scan / f"{name}.parquet").unlink()
    with pytest.raises(InputError, match=name) as caught:
        evaluate(scan, truth)
    assert "zhenzan scan" in caught.value.hint


def test_a_file_that_is_no_table_is_an_error(truth: Path, tmp_path: Path) -> None:
    scan = _scan(tmp_path / "scan", set(), {})
    (scan / "likes.parquet").write_text("not a table")
    with pytest.raises(InputError):
        evaluate(scan, truth)


def test_a_table_without_its_columns_is_an_error(truth: Path, tmp_path: Path) -> None:
    scan = _scan(tmp_path / "scan", set(), {})
    _write(scan / "likes.parquet", "event_id", [("1",)])
    with pytest.raises(InputError, match="columns"):
        evaluate(scan, truth)


def test_a_world_is_measured_whole(tmp_path: Path) -> None:
    settings = WorldSettings(accounts=400, days=3, fraud=0.3, modes=("api", "mutual"), seed=2)
    world = simulate(tmp_path / "w", settings)
    truth = pq.read_table(world / "truth/likes.parquet")
    scan = _scan(tmp_path / "scan", set(), {})
    judged = zip(truth["event_id"].to_pylist(), truth["fake"].to_pylist(), strict=True)
    rows = [(str(e), "a", "v", float(f), "fake" if f else "genuine") for e, f in judged]
    _write(scan / "likes.parquet", "event_id account_id content_id score verdict", rows)
    result = evaluate(scan, world)
    assert result.recall.value == 1.0
    assert {m.mode for m in result.modes} == {"api", "mutual"}
