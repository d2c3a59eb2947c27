"""FRAUDAR (Hooi et al., KDD 2016) as `ugfraud` has it: dense blocks that camouflage cannot hide.

Twice: on accounts and contents, as in the paper, and on accounts and hours of contents, so that it
gets a share of what time says.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

BLOCKS = 5
"""Blocks taken out one after the other; later ones are thin."""
BY_CONTENT = "SELECT content FROM likes ORDER BY row"
BY_HOUR = """
    SELECT dense_rank() OVER (ORDER BY content, us // 3600000000) - 1 FROM likes ORDER BY row
"""


def score(log: Log, columns: str) -> Reals:
    """Density of the like's block, the densest 1; half of it for the account's other likes."""
    from UGFraud.Detector.Fraudar import detectMultiple, listToSparseMatrix, logWeightedAveDegree

    column = log.ints(columns)
    matrix = listToSparseMatrix(log.account.tolist(), column.tolist())
    blocks = detectMultiple(matrix, logWeightedAveDegree, BLOCKS)
    densest = max(density for _, density in blocks)
    inside = np.zeros(len(log.account))
    account = np.zeros(matrix.shape[0])
    for (rows, hit), density in blocks:
        account[list(rows)] = np.maximum(account[list(rows)], density / densest)
        here = np.isin(log.account, list(rows)) & np.isin(column, list(hit))
        inside[here] = np.maximum(inside[here], density / densest)
    return np.maximum(inside, account[log.account] / 2)


PEERS = tuple(
    Peer(
        id=id_,
        title=title,
        score=partial(score, columns=columns),
        about=f"density of the block of {what} that the like lies in",
        usual=1.0,
        usual_from=(
            "logarithmic weights and the densest block; the package's own evaluation takes every "
            f"block, so the other columns may take up to {BLOCKS}"
        ),
        package="ugfraud",
        licence="Apache Software License",
        family="FRAUDAR",
    )
    for id_, title, columns, what in (
        ("fraudar", "FRAUDAR (`ugfraud`)", BY_CONTENT, "accounts × contents"),
        ("fraudar_hourly", "FRAUDAR by the hour (`ugfraud`)", BY_HOUR, "accounts × content hours"),
    )
)
