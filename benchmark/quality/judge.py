"""The same measures for every detector: likes, accounts and honest crowds against the truth.

One rule for accounts, whoever the detector: an account is *accused* when at least half of its likes
are called fake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import numpy.typing as npt

from zhenzan.worlds.yardstick.measures import average_precision, precision_recall

if TYPE_CHECKING:
    from pathlib import Path

Reals = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.object_]
Figures = dict[str, Any]

PER = 10_000
LAX = 100
"""A budget that no platform would punish by, to show who gains when more is allowed."""
LEAST_CROWD = 30
"""One account of a smaller crowd would already be hundreds in ten thousand."""


@dataclass(frozen=True)
class Truth:
    """What is known of one log; likes in order of ``event_id``.

    Attributes:
        event_id: (likes,) as text.
        fake: (likes,) whether it is.
        mode: (likes,) how it was faked, "" if it was not.
        account: (likes,) number of the account.
        honest: (accounts,) whether none of its likes was sold.
        crowd: (accounts,) the honest crowd that it is in, "" for none.
    """

    event_id: Ids
    fake: Flags
    mode: Ids
    account: Ints
    honest: Flags
    crowd: Ids

    @classmethod
    def read(cls, folder: Path) -> Truth:
        """Of a folder that ``zhenzan simulate`` wrote, or one laid out like it."""
        db = duckdb.connect()
        likes = db.execute(f"""
            SELECT event_id::VARCHAR AS event_id, fake, coalesce(mode, '') AS mode,
                   dense_rank() OVER (ORDER BY account_id) - 1 AS account
            FROM read_parquet('{folder}/truth/likes.parquet')
            JOIN (FROM read_parquet('{folder}/events.parquet') SELECT event_id, account_id)
              USING (event_id)
            ORDER BY 1
        """).fetchnumpy()
        accounts = db.execute(f"""
            SELECT role IN ('honest', 'beneficiary', 'victim') AS honest,
                   coalesce(hard, '') AS crowd
            FROM read_parquet('{folder}/truth/accounts.parquet')
            WHERE account_id IN (
                SELECT account_id FROM read_parquet('{folder}/events.parquet')
                WHERE event_type = 'like')
            ORDER BY account_id
        """).fetchnumpy()
        return cls(
            likes["event_id"],
            likes["fake"].astype(bool),
            likes["mode"],
            likes["account"].astype(np.int64),
            accounts["honest"].astype(bool),
            accounts["crowd"],
        )


def called(truth: Truth, fake: Flags) -> Figures:
    """What calling these likes fake finds, and whom it accuses."""
    hits, wrong = int((fake & truth.fake).sum()), int((fake & ~truth.fake).sum())
    total, genuine = int(truth.fake.sum()), int((~truth.fake).sum())
    likes = np.bincount(truth.account, minlength=len(truth.honest))
    of_it = np.bincount(truth.account[fake], minlength=len(truth.honest))
    accused = (of_it > 0) & (2 * of_it >= likes)
    modes = sorted(set(truth.mode.tolist()) - {""})
    worst, rate = _worst_crowd(truth, accused)
    return {
        "recall": hits / total if total else None,
        "precision": hits / (hits + wrong) if hits + wrong else None,
        "likes_called": hits + wrong,
        "false_likes_per_10k": PER * wrong / genuine if genuine else None,
        "honest_accused": int((accused & truth.honest).sum()),
        "honest_accused_per_10k": PER * _share(accused, truth.honest),
        "worst_crowd": worst,
        "worst_crowd_per_10k": rate,
        "recall_by_mode": {mode: _share(fake, truth.mode == mode) for mode in modes},
    }


def _share(hit: Flags, among: Flags) -> float:
    return float((hit & among).sum() / max(int(among.sum()), 1))


def _worst_crowd(truth: Truth, accused: Flags) -> tuple[str, float | None]:
    worst: tuple[float, str] | None = None
    for crowd in sorted(set(truth.crowd[truth.honest].tolist()) - {""}):
        mine = truth.honest & (truth.crowd == crowd)
        if int(mine.sum()) >= LEAST_CROWD:
            rate = PER * _share(accused, mine)
            worst = max(worst or (0.0, ""), (rate, crowd if rate else ""))
    return (worst[1], worst[0]) if worst else ("", None)


def best_threshold(truth: Truth, score: Reals) -> float:
    """The score at which F1 of likes is highest: nobody knows it without the truth."""
    thresholds, precision, recall = precision_recall(score, truth.fake)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[int(np.argmax(f1))])


def budget_threshold(truth: Truth, score: Reals, one_in: int = PER) -> float:
    """The lowest threshold that spares the honest.

    At most one genuine like in so many is called fake, and at most one honest account in so many
    is accused, both rounded down.
    """
    genuine = score[~truth.fake]
    halves = _upper_medians(truth, score)[truth.honest]
    bound = max(_spared(genuine, one_in), _spared(halves, one_in))
    return float(np.nextafter(bound, np.inf))


def _spared(scores: Reals, one_in: int) -> float:
    """The highest score that has to stay below the threshold."""
    allowed = len(scores) // one_in
    return float(np.sort(scores)[::-1][allowed]) if len(scores) > allowed else -np.inf


def _upper_medians(truth: Truth, score: Reals) -> Reals:
    """(accounts,) the highest threshold at which at least half of its likes are called fake."""
    order = np.lexsort((-score, truth.account))
    likes = np.bincount(truth.account, minlength=len(truth.honest))
    first = np.cumsum(likes) - likes
    medians: Reals = score[order][first + (likes + 1) // 2 - 1]
    return medians


def _f1(found: Figures) -> float:
    recall, precision = found["recall"], found["precision"] or 0.0
    return float(2 * recall * precision / max(recall + precision, 1e-12))


def judge(truth: Truth, score: Reals, usual: Flags, carried: float | None) -> Figures:
    """Every figure of one detector on one log.

    Args:
        truth: Of the log.
        score: (likes,) higher is more likely fake.
        usual: (likes,) what it calls fake where nobody shows it the truth.
        carried: A threshold that was best on another log; for logs in which nothing is fake.

    Returns:
        ``ap``, and as of ``called``, or None: ``usual``, ``best``, ``budget`` (one in ten
        thousand), ``lax`` (one in a hundred) and ``carried``.
    """
    found: Figures = {"fake_likes": int(truth.fake.sum())}
    found |= {"usual": called(truth, usual), "ap": None, "best": None}
    found |= {"budget": None, "lax": None}
    found["carried"] = None if carried is None else called(truth, score >= carried)
    if truth.fake.any():
        threshold = best_threshold(truth, score)
        found["ap"] = average_precision(score, truth.fake)
        found["best"] = {"threshold": threshold, **called(truth, score >= threshold)}
        found["best"]["f1"] = _f1(found["best"])
        found["budget"] = called(truth, score >= budget_threshold(truth, score))
        found["lax"] = called(truth, score >= budget_threshold(truth, score, LAX))
    return found
