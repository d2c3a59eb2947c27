"""Boosted trees that are shown the truth of four accounts in five: what labels are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmark.quality.peers.features import features
from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

FOLDS = 5


def score(log: Log) -> Reals:
    """Probability that a like is fake, by a model that never saw its account."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    truth = log.folder / "truth" / "likes.parquet"
    fake = log.reals(f"""
        SELECT fake::INT FROM likes
        JOIN (SELECT event_id::VARCHAR AS id, fake FROM read_parquet('{truth}'))
          ON id = event_id::VARCHAR
        ORDER BY row
    """)
    table = features(log)[log.account]
    accounts = int(log.account.max()) + 1
    fold = np.random.default_rng(0).integers(FOLDS, size=accounts)[log.account]
    found = np.zeros(len(fake))
    for part in range(FOLDS):
        held = fold == part
        if not held.any() or len(set(fake[~held])) < 2:
            continue
        model = HistGradientBoostingClassifier(random_state=0)
        model.fit(table[~held], fake[~held])
        found[held] = model.predict_proba(table[held])[:, 1]
    return found


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
