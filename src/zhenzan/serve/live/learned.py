"""Thresholds of the live counters, learned from what honest entities of the log reached."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from zhenzan.kernels.decaying_counts import peaks
from zhenzan.model import ContentVerdict, Verdict
from zhenzan.serve.live.counters import HALF_LIFE_US, Thresholds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

TEN_THOUSAND = 10_000
MEMORY_LIMIT = "1GB"
_HONEST = {
    "account": f"account IN (SELECT account_id FROM accounts WHERE verdict = '{Verdict.GENUINE}')",
    "content": f"content IN (SELECT content_id FROM contents "
    f"WHERE verdict = '{ContentVerdict.CLEAN}')",
    "device": "device IS NOT NULL",
    "address": "address IS NOT NULL",
}


def learn(scan: Path, origins: Path, false_per_10k: float) -> Thresholds:
    """The thresholds that a finished scan justifies.

    For each kind: of all honest entities of the log, at most ``false_per_10k`` in 10,000 ever
    reached a count above the threshold. Where there are too few honest entities to say so, there
    is no threshold. An account is honest if the scan calls it genuine, a content if it calls it
    clean, a device or an address if it calls none of its likes fake or suspect.

    Args:
        scan: The scan directory.
        origins: Parquet of ``event_id``, ``device`` and ``ip`` of the likes that were judged.
        false_per_10k: The budget.
    """
    least: dict[str, float] = {}
    for name, keys, times in _honest_likes(scan, origins):
        if len(keys):
            reached = np.sort(peaks(keys, times, HALF_LIFE_US))
            allowed = int(len(reached) * false_per_10k / TEN_THOUSAND)
            if allowed:
                least[name] = float(reached[-allowed - 1 if allowed < len(reached) else 0])
    return Thresholds(least)


def _honest_likes(
    scan: Path, origins: Path
) -> Iterator[tuple[str, npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        for name in ("likes", "accounts", "contents"):
            connection.read_parquet(str(scan / f"{name}.parquet")).create_view(name)
        connection.read_parquet(str(origins)).create_view("origins")
        connection.execute(
            "CREATE VIEW counted AS SELECT epoch_us(l.ts) AS ts, l.account_id AS account, "
            "l.content_id AS content, o.device, o.ip AS address, "
            f"l.verdict IN ('{Verdict.FAKE}', '{Verdict.SUSPECT}') AS doubtful "
            "FROM likes l JOIN origins o ON CAST(l.event_id AS VARCHAR) = o.event_id"
        )
        for name, honest in _HONEST.items():
            clean = (
                f"AND {name} NOT IN (SELECT {name} FROM counted WHERE doubtful "
                f"AND {name} IS NOT NULL)"
                if name in {"device", "address"}
                else ""
            )
            rows = connection.sql(
                f"SELECT dense_rank() OVER (ORDER BY {name}) AS key, ts FROM counted "
                f"WHERE {honest} {clean} ORDER BY key, ts"
            ).fetchnumpy()
            yield name, np.asarray(rows["key"], np.int64), np.asarray(rows["ts"], np.int64)


def write_thresholds(thresholds: Thresholds, file: Path) -> None:
    """Keep thresholds in a file."""
    file.write_text(json.dumps(dict(thresholds.least)) + "\n", encoding="utf-8")


def read_thresholds(file: Path) -> Thresholds:
    """Thresholds from a file; none if it is not there."""
    if not file.is_file():
        return Thresholds({})
    return Thresholds({str(name): float(n) for name, n in json.loads(file.read_text()).items()})
