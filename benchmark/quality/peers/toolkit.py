"""coordination-network-toolkit (QUT Digital Observatory): co-retweets within 60 seconds."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

WINDOW_S = 60
PROCESSES = 2


def score(log: Log) -> Reals:
    """Weight of the heaviest edge of the account in the network that the toolkit draws."""
    from coordination_network_toolkit.compute_networks import compute_co_retweet_parallel
    from coordination_network_toolkit.preprocess import preprocess_data

    # A like is to its content what a retweet is to its tweet: release 1.5 of the toolkit reads
    # likes into the same column.
    messages = log.db.execute("""
        SELECT row, account, account, content, '', '', us / 1e6, [] FROM likes ORDER BY row
    """).fetchall()
    weight = np.zeros(int(log.account.max()) + 1)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "network.db")
        preprocess_data(path, messages)
        compute_co_retweet_parallel(path, WINDOW_S, n_threads=PROCESSES, min_edge_weight=1)
        network = sqlite3.connect(path)
        edges = network.execute(
            "SELECT user_1, max(weight) FROM co_retweet_network WHERE user_1 <> user_2 GROUP BY 1"
        )
        for account, heaviest in edges:
            weight[int(account)] = heaviest
        network.close()
    return weight[log.account]


PEER = Peer(
    id="toolkit",
    title="coordination-network-toolkit",
    score=score,
    about="weight of the account's heaviest edge (`co_retweet`, 60 s)",
    usual=2.0,
    usual_from="60 s as in its documentation; edges of weight 2, the least that repeats",
    package="coordination-network-toolkit",
    licence="MIT",
)
