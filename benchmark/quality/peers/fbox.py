"""fBox (Shah et al., ICDM 2014) as `ugfraud` has it: accounts the spectrum cannot explain."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

import numpy as np

from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

RANK = 50
PERCENTILE = 20


def score(log: Log) -> Reals:
    """One minus the share of accounts of equal degree that are rebuilt no better."""
    import networkx
    from UGFraud.Detector.fBox import fBox

    graph = networkx.DiGraph()
    edges = zip(log.account.tolist(), log.content.tolist(), strict=True)
    graph.add_edges_from((f"a{account}", f"c{content}") for account, content in edges)
    model = fBox(graph)
    with contextlib.redirect_stdout(io.StringIO()):
        model.run(PERCENTILE, min(RANK, min(model.matrix.shape) - 1))
    rank = np.zeros(model.num_users)
    for degree in model.unique_out_deg:
        peers = np.flatnonzero(model.out_deg == degree)
        rebuilt = model.recOutDeg[peers]
        rank[peers] = np.searchsorted(np.sort(rebuilt), rebuilt) / len(peers)
    account = np.zeros(int(log.account.max()) + 1)
    for name, place in model.u_id2idx.items():
        account[int(name[1:])] = 1 - rank[place]
    return account[log.account]


PEER = Peer(
    id="fbox",
    title="fBox (`ugfraud`)",
    score=score,
    about="how badly 50 singular vectors rebuild the account, beside accounts of its degree",
    usual=1 - PERCENTILE / 100,
    usual_from="rank 50 and percentile 20, as in the package's own evaluation",
    package="ugfraud",
    licence="Apache Software License",
)
