"""The rules that are written here, each on a log small enough to count by hand."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest
from benchmark.quality import environment
from benchmark.quality.log import Log
from benchmark.quality.peers import PEERS
from benchmark.quality.peers.features import features
from tests.benchmark.logs import Event, lay_out

if TYPE_CHECKING:
    from pathlib import Path

LOG: list[Event] = [
    # a and b: x, y, z within a minute of each other; a liked w alone.
    ("like", 0, "a", "x", "d1"),
    ("like", 60, "b", "x", "d1"),
    ("like", 1000, "a", "y", "d1"),
    ("like", 1030, "b", "y", "d1"),
    ("like", 2000, "a", "z", "d1"),
    ("like", 2001, "b", "z", "d1"),
    ("like", 9000, "a", "w", "d1"),
    # c likes x too, too late for a minute, within the hour; it viewed x first and y afterwards.
    ("view", 500, "c", "x", "d2"),
    ("like", 600, "c", "x", "d2"),
    ("like", 9500, "c", "y", "d2"),
    ("view", 9600, "c", "y", "d2"),
]
A, B, C = "abc"


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(lay_out(tmp_path / "log", LOG))


def scores(peer: str, log: Log) -> dict[tuple[str, str], float]:
    """Score by account and content."""
    names = log.db.execute("SELECT account_id, content_id FROM likes ORDER BY row").fetchall()
    found = PEERS[peer].score(log).tolist()
    return {(str(a), str(c)): value for (a, c), value in zip(names, found, strict=True)}


def test_degree(log: Log) -> None:
    assert scores("degree", log)[A, "x"] == 4
    assert scores("degree", log)[C, "x"] == 2


def test_three_in_common_within_a_minute(log: Log) -> None:
    found = scores("common_60s", log)
    assert found[A, "x"] == found[B, "z"] == 3.5
    assert found[A, "w"] == 3.0, "the account has three, this like met nobody"
    assert found[C, "x"] == 0.0, "nine minutes are not one"


def test_a_pair_counts_a_content_once(tmp_path: Path) -> None:
    twice: list[Event] = [("like", s, who, "x", "d") for s in (0, 10, 20) for who in (A, B)]
    assert scores("common_60s", Log(lay_out(tmp_path / "log", twice)))[A, "x"] == 1.5


def test_similarity_within_the_hour(log: Log) -> None:
    found = scores("synchrotrap", log)
    assert found[A, "w"] == pytest.approx(3 / 4), "three of the four that a or b liked"
    assert found[C, "x"] == 0.0, "one in common is not counted"


def test_accounts_on_the_device(log: Log) -> None:
    found = scores("shared_device", log)
    assert found[A, "x"] == 2
    assert found[C, "x"] == 1


def test_likes_without_an_earlier_view(log: Log) -> None:
    found = scores("no_view", log)
    assert found[A, "x"] == 1.0
    assert found[C, "x"] == 0.0
    assert found[C, "y"] == 0.5, "a view afterwards does not count; half of c's likes are blind"


def test_more_in_common_than_chance(tmp_path: Path) -> None:
    together: list[Event] = [("like", s, who, f"t{s}", "d") for s in range(6) for who in (A, B)]
    crowd: list[Event] = [("like", s, f"u{s}", f"v{s % 200}", "d") for s in range(400)]
    found = scores("chance", Log(lay_out(tmp_path / "log", together + crowd)))
    assert found[A, "t0"] == found[B, "t5"] > 6
    assert found["u0", "v0"] == 0.0


def test_features_follow_the_columns(log: Log) -> None:
    rows = features(log)
    assert rows.shape[0] == 3
    log.columns -= {"device_id", "watch_ms"}
    assert features(log).shape[1] <= rows.shape[1]


def test_peers_are_listed_without_their_packages() -> None:
    for peer in PEERS.values():
        assert peer.title
        assert peer.licence
        assert not peer.package or environment.version(peer.package)


def test_a_peer_runs_as_a_process(tmp_path: Path) -> None:
    folder, out = lay_out(tmp_path / "log", LOG), tmp_path / "scores.parquet"
    command = [sys.executable, "-m", "benchmark.quality.child", "degree", str(folder), str(out)]
    subprocess.run(command, check=True)
    found = duckdb.connect().execute(f"FROM read_parquet('{out}') ORDER BY event_id").fetchall()
    assert len(found) == 9
    assert ("0", 4.0) in found
