"""One peer on one log: ``python -m benchmark.quality.child PEER FOLDER OUT.parquet``.

A process of its own, in the peers' environment, so that the operating system can say what it cost
and so that no peer comes near the product's dependencies.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmark.quality.log import Log
from benchmark.quality.peers import PEERS


def main(peer: str, folder: Path, out: Path) -> None:
    """Write ``event_id`` and ``score`` for every like."""
    log = Log(folder)
    score = PEERS[peer].score(log)
    ids = log.db.sql("SELECT event_id::VARCHAR AS event_id FROM likes ORDER BY row")
    pq.write_table(ids.to_arrow_table().append_column("score", pa.array(score)), out)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
