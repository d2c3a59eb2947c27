"""Boosted trees that are shown the truth of four accounts in five: what labels are worth."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from benchmark.quality.peers.features import features
from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

FOLDS = 5


def score(log: Log) -> Reals:
    """Probability that a like is fake, by a model that never saw its account."""
    # Threads that wait for each other on a busy machine cost more than they bring.
    os.environ["OMP_NUM_THREADS"] = "1"
    from sklearn.ensemble import HistGradientBoostingClassifier

    truth = log.folder / "truth" / "likes.parquet"
    fake = log.reals(f"""
        SELECT fake::INT FROM likes
        JOIN (SELECT event_id::VARCHAR AS id, fake FROM read_parquet('{truth}'))
          ON id = event_id::VARCHAR
        ORDER BY row
    """)
    table = features(log)
    fold = np.random.default_rng(0).integers(FOLDS, size=len(table))
    # An account's likes have the same features: one row for its fake likes and one for the others,
    # weighed by their number, teach what all of them would.
    faked = np.bincount(log.account, fake, minlength=len(table))
    given = np.bincount(log.account, minlength=len(table))
    rows, labels = np.tile(table, (2, 1)), np.repeat([0, 1], len(table))
    weights = np.concatenate([given - faked, faked])
    found = np.zeros(len(table))
    for part in range(FOLDS):
        seen = (np.tile(fold, 2) != part) & (weights > 0)
        if len(set(labels[seen])) < 2:
            continue
        model = HistGradientBoostingClassifier(random_state=0)
        model.fit(rows[seen], labels[seen], sample_weight=weights[seen])
        found[fold == part] = model.predict_proba(table[fold == part])[:, 1]
    return found[log.account]


PEER = Peer(
    id="trees",
    title="boosted trees, given labels",
    score=score,
    about="probability by trees over account features, trained on four fifths of the accounts",
    usual=0.5,
    usual_from="scikit-learn's defaults",
    package="scikit-learn",
    licence="BSD-3-Clause",
    learns=True,
)
