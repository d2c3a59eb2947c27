"""The baseline: how many likes the account gave, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals


def score(log: Log) -> Reals:
    """Likes that the account gave."""
    return np.bincount(log.account)[log.account].astype(np.float64)


PEER = Peer(
    id="degree",
    title="account's number of likes",
    score=score,
    about="likes of the account",
    usual=100.0,
    usual_from="no usage to go by; 100 likes in the log",
)
