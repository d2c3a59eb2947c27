"""Contents in common beyond chance, whatever the time: what needs no clock at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.stats import poisson

from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

LEAST_IN_COMMON = 4


def score(log: Log) -> Reals:
    """-log10 of the chance that the account's most surprising partner is one by chance.

    Expected contents in common of accounts with k and l likes: k·l·Σd²/(Σd)², d the likes of a
    content.
    """
    ones = np.ones(len(log.account), dtype=np.float32)
    likes = sparse.csr_matrix((ones, (log.account, log.content)))
    likes.data[:] = 1  # an account's second like of a content says nothing more
    given = np.asarray(likes.sum(axis=1)).ravel().astype(np.float64)
    received = np.asarray(likes.sum(axis=0)).ravel().astype(np.float64)
    concentration = float((received**2).sum() / received.sum() ** 2)
    common = sparse.triu(likes @ likes.T, k=1).tocoo()
    many = common.data >= LEAST_IN_COMMON
    one, other, n = common.row[many], common.col[many], common.data[many]
    surprise = -poisson.logsf(n - 1, given[one] * given[other] * concentration) / np.log(10)
    best = np.zeros(len(given))
    np.maximum.at(best, one, surprise)
    np.maximum.at(best, other, surprise)
    return np.minimum(best, 300.0)[log.account]


PEER = Peer(
    id="chance",
    title="common contents beyond chance",
    score=score,
    about="-log10 p of the account's most surprising partner, time ignored",
    usual=9.0,
    usual_from="at least 4 contents in common, p < 10⁻⁹: one chance pair in ten thousand accounts",
)
