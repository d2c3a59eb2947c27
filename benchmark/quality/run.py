"""One detector on one log, as a process of its own: what it said, and what that cost."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmark.quality import environment
from benchmark.quality.log import Log
from benchmark.quality.peers import PEERS
from benchmark.speed import measure

if TYPE_CHECKING:
    from benchmark.quality.judge import Flags, Ids, Reals

OURS = "zhenzan"
ZHENZAN = str(Path(sys.executable).with_name("zhenzan"))
LIMIT_S = 300.0
"""No detector may take longer on one log; one that does has no figures there."""


class Said:
    """What a detector said of the likes of one log, in order of ``event_id``.

    Attributes:
        event_id: (likes,) as text.
        score: (likes,) higher is more likely fake.
        usual: (likes,) what it calls fake where nobody shows it the truth.
        cost: Wall seconds, CPU seconds, peak megabytes.
        more: What only this detector says, ready for JSON.
    """

    def __init__(
        self, query: str, usual: float | None, cost: dict[str, float], more: dict[str, Any]
    ) -> None:
        columns = duckdb.connect().execute(f"{query} ORDER BY 1").fetchnumpy()
        self.event_id = columns["event_id"]
        self.score: Reals = columns["score"].astype(np.float64)
        self.usual: Flags = columns["fake"].astype(bool) if usual is None else self.score >= usual
        self.cost = cost
        self.more = more

    def of(self, event_id: Ids) -> tuple[Reals, Flags]:
        """Score and ``usual`` of these likes, each of which must be in the log.

        A like that the detector left out has the lowest score of all.
        """
        place = np.minimum(np.searchsorted(self.event_id, event_id), len(self.event_id) - 1)
        known = self.event_id[place] == event_id
        lowest = float(self.score.min(initial=0.0)) - 1
        return np.where(known, self.score[place], lowest), self.usual[place] & known

    def counts(self, events: Path) -> dict[str, int]:
        """How many likes it calls fake, and how many accounts gave at least half of theirs so."""
        called = pa.table({"event_id": self.event_id, "fake": self.usual})
        db = duckdb.connect().register("called", called)
        row = db.execute(f"""
            WITH accounts AS (
                SELECT account_id, count(*) FILTER (WHERE fake) AS fake, count(*) AS likes
                FROM called JOIN (
                    SELECT event_id::VARCHAR AS event_id, account_id FROM read_parquet('{events}')
                ) USING (event_id) GROUP BY account_id
            )
            SELECT sum(likes)::BIGINT, sum(fake)::BIGINT, count(*),
                   count(*) FILTER (WHERE fake > 0 AND 2 * fake >= likes)
            FROM accounts
        """).fetchone()
        names = ("likes", "likes_called", "accounts", "accounts_called")
        return dict(zip(names, row or (0, 0, 0, 0), strict=True))


def missing(peer: str, folder: Path) -> list[str]:
    """Columns that a peer needs and a log lacks; the truth counts as one for peers that learn."""
    if peer == OURS:
        return []
    needs = [c for c in PEERS[peer].reads if c not in Log(folder).columns]
    learns = PEERS[peer].learns and not (folder / "truth").exists()
    return [*needs, *(["labels"] if learns else [])]


def run(detector: str, folder: Path) -> Said:
    """Run Zhenzan or a peer on a folder with ``events.parquet``.

    Raises:
        TimeoutError: It took longer than the limit.
    """
    return scan(folder) if detector == OURS else peer(detector, folder)


def scan(folder: Path) -> Said:
    """Zhenzan as a user runs it: its own verdicts, nothing chosen by the truth."""
    out = folder / "scan"
    sides = [f"--{n}={folder}/{n}.parquet" for n in ("accounts", "contents")]
    sides = [side for side in sides if Path(side.partition("=")[2]).exists()]
    events = str(folder / "events.parquet")
    cost = measure([ZHENZAN, "scan", events, "--out", str(out), *sides], limit_s=LIMIT_S)
    query = f"""
        SELECT event_id::VARCHAR AS event_id, score, verdict = 'fake' AS fake
        FROM read_parquet('{out}/likes.parquet')
    """
    return Said(query, None, asdict(cost), _more(out))


def _more(out: Path) -> dict[str, Any]:
    db = duckdb.connect()
    verdicts = db.execute(
        f"SELECT verdict, count(*) FROM read_parquet('{out}/accounts.parquet') GROUP BY ALL"
    ).fetchall()
    rings = db.execute(f"SELECT count(*) FROM read_parquet('{out}/rings.parquet')").fetchall()
    return {"accounts_by_verdict": dict(sorted(verdicts)), "rings": rings[0][0]}


def peer(name: str, folder: Path) -> Said:
    """A peer, in the peers' environment."""
    out = folder / f"{name}.parquet"
    child = ["-m", "benchmark.quality.child", name, str(folder), str(out)]
    cost = measure([environment.python(), *child], limit_s=LIMIT_S)
    query = f"SELECT event_id, score FROM read_parquet('{out}')"
    return Said(query, PEERS[name].usual, asdict(cost), {})
