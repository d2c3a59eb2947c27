"""PyOD (Zhao et al. 2019): outliers among accounts, by three of its detectors."""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmark.quality.peers.features import features
from benchmark.quality.peers.peer import Peer

if TYPE_CHECKING:
    from benchmark.quality.log import Log, Reals

CONTAMINATION = 0.1
"""PyOD's own default: the share of accounts that it calls outliers."""
MODELS: dict[str, tuple[str, dict[str, int]]] = {
    "ecod": ("ECOD", {}),
    "iforest": ("IForest", {"random_state": 0}),
    "knn": ("KNN", {}),
}


def score(log: Log, module: str) -> Reals:
    """The account's share of accounts that are no more of an outlier, 0–1."""
    name, options = MODELS[module]
    table = features(log)
    spread = table.std(axis=0)
    table = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1)
    model = getattr(importlib.import_module(f"pyod.models.{module}"), name)(**options)
    model.fit(table)
    place = np.searchsorted(np.sort(model.decision_scores_), model.decision_scores_)
    account: Reals = place / len(table)
    return account[log.account]


PEERS = tuple(
    Peer(
        id=module,
        title=f"PyOD {name}",
        score=partial(score, module=module),
        about="how much of an outlier the account is, among accounts",
        usual=1 - CONTAMINATION,
        usual_from="PyOD's defaults, contamination 10%; standardised features",
        package="pyod",
        licence="BSD-2-Clause",
        family="PyOD",
    )
    for module, (name, _) in MODELS.items()
)
