"""The densest block of accounts and contents: our peeling beside the code of FRAUDAR's authors.

``python -m benchmark.beside.blocks --world W`` for a folder that ``zhenzan simulate`` wrote. The
work is from the likes in memory to the block. Both must give the same block. The authors' code is
what the package ``ugfraud`` holds, in the environment of the peers.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from benchmark.beside.contest import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from benchmark.beside.contest import Work

DIGITS = 6
"""Of a density: ours are sums of whole numbers, the authors' of reals."""
PREPARE = """
    COPY (
        SELECT DISTINCT dense_rank() OVER (ORDER BY account_id) - 1 AS account,
               dense_rank() OVER (ORDER BY content_id) - 1 AS content
        FROM read_parquet('{events}') WHERE event_type = 'like' ORDER BY account, content
    ) TO '{likes}'
"""


def read(likes: Path) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Account and content of each like, codes from 0."""
    rows = duckdb.execute(f"SELECT account, content FROM '{likes}'").fetchnumpy()
    return rows["account"], rows["content"]


def block(accounts: Iterable[int], contents: Iterable[int], density: float) -> dict[str, Any]:
    """How large a block is, and what it is, in short: the same only if all of it is the same."""
    sides = [np.sort(np.fromiter(side, np.int64)) for side in (accounts, contents)]
    digest = hashlib.sha256(b"".join(side.tobytes() + b"|" for side in sides))
    return {
        "accounts": len(sides[0]),
        "contents": len(sides[1]),
        "density": round(density, DIGITS),
        "sha256": digest.hexdigest(),
    }


def ours(likes: Path) -> Work:
    """Greedy peeling over arrays, with a heap of what goes next."""
    from benchmark.peeling import dense_blocks  # noqa: PLC0415  peers run without it

    account, content = read(likes)
    one = np.zeros(1, np.int64)
    next(dense_blocks(one, one))  # loads the compiled code, which is part of the start
    clock = Clock()
    found = next(dense_blocks(account, content))
    work = clock.work({})
    work.answer.update(block(found.rows.tolist(), found.columns.tolist(), found.density))
    return work


def authors(likes: Path) -> Work:
    """The same by FRAUDAR's authors: logarithmic weights, one block."""
    from UGFraud.Detector.Fraudar import (  # noqa: PLC0415  a peer
        listToSparseMatrix,
        logWeightedAveDegree,
    )

    account, content = (side.tolist() for side in read(likes))
    clock = Clock()
    (accounts, contents), density = logWeightedAveDegree(listToSparseMatrix(account, content))
    work = clock.work({})
    work.answer.update(block(accounts, contents, density))
    return work


WAYS: dict[str, Callable[[Path], Work]] = {"zhenzan": ours, "authors": authors}


def main() -> None:
    """Run both, see that they agree, and write the figures down."""
    from benchmark.beside.likes import compare  # noqa: PLC0415  peers run without it
    from benchmark.quality import environment  # noqa: PLC0415  peers run without it

    compare(
        "blocks",
        __doc__,
        PREPARE,
        [("Our peeling", "zhenzan")],
        peer=("FRAUDAR's authors' code", "authors"),
        ugfraud=environment.version("ugfraud"),
    )


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] in WAYS:
        WAYS[sys.argv[1]](Path(sys.argv[2])).write(Path(sys.argv[3]))
    else:
        main()
