"""How the likes of a content are paced: within the second, from gap to gap, by night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zhenzan.arrays import column
from zhenzan.detectors.base import LEAST_BITS, Findings
from zhenzan.detectors.excess import HOURS_PER_DAY, variation
from zhenzan.weights import LOG_2, bits_from_log_p, log_count_tail, millibits

if TYPE_CHECKING:
    import pyarrow as pa

    from zhenzan.detectors.excess import ViewLaw

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SECOND_US = 1_000_000
SECONDS_PER_MINUTE = 60
FEWEST_NIGHT_LIKES = 5
FEWEST_IN_TAKEN_SECONDS = 2
"""Two likes in one second are no pile-up."""
MOST_SECOND_BITS = 6.0
"""A presenter who counts down fills single seconds too."""
MOST_STEADY_BITS = 6.0
"""A log that was thinned to a quota per hour is even as well."""
SECOND_SHAPE = 4.0
"""Gamma shape of honest variation: within its minute a push or a countdown comes in seconds."""
NIGHT_HOURS = 8
FEWEST_TYPICAL = 20


def same_seconds(content: Ints, ts: Ints) -> tuple[Ints, Ints, Floats]:
    """Per content: likes that share a second with an earlier one, and how many its minutes predict.

    n likes spread over a minute at random leave n - 60(1 - (59/60)^n) of them in a taken second.

    Returns:
        Contents with at least two likes in some minute, observed counts, expected counts.
    """
    second = ts // SECOND_US
    minute = second // SECONDS_PER_MINUTE
    new_content = np.diff(content, prepend=-1) != 0
    new_minute = new_content | (np.diff(minute, prepend=-1) != 0)
    new_second = new_minute | (np.diff(second, prepend=-1) != 0)
    starts = np.flatnonzero(new_minute)
    likes = np.diff(starts, append=len(ts))
    shared = likes - np.add.reduceat(new_second.astype(np.int64), starts) if len(starts) else likes
    spread = likes.astype(np.float64)
    empty = (1.0 - 1.0 / SECONDS_PER_MINUTE) ** spread
    expected = spread - SECONDS_PER_MINUTE * (1.0 - empty)
    crowded = likes >= 2
    names, owner = np.unique(content[starts[crowded]], return_inverse=True)
    observed = np.bincount(owner, shared[crowded], len(names)).astype(np.int64)
    usual = np.bincount(owner, expected[crowded], len(names)).astype(np.float64)
    return names, observed, usual


def pile_ups(content: Ints, observed: Ints, expected: Floats) -> Findings:
    """Weigh likes in the same second; the log's own clock says how often they share one.

    A log with whole minutes, or one stamped on arrival in batches, shares seconds everywhere: the
    expectation is raised by the log's ratio, contents beyond its 90th percentile drawn in.
    """
    ratio = observed / np.maximum(expected, 1e-9)
    most = np.quantile(ratio, 0.9, method="lower") if len(ratio) else 0.0
    usual = np.minimum(ratio, most)
    clock = max(1.0, float((usual * expected).sum()) / max(float(expected.sum()), 1e-9))
    tail = log_count_tail(observed, clock * expected, SECOND_SHAPE)
    bits = np.minimum(bits_from_log_p(tail), MOST_SECOND_BITS)
    facts = {"likes": observed, "expected": clock * expected}
    found = Findings("content_same_second", content, millibits(bits), facts)
    return found.where((bits >= LEAST_BITS) & (observed >= FEWEST_IN_TAKEN_SECONDS))


def even_gaps(content: Ints, log_e: Floats) -> Findings:
    """Weigh gaps that are more even than chance allows."""
    bits = np.minimum(log_e / LOG_2, MOST_STEADY_BITS)
    facts = {"times_likelier": np.exp(np.minimum(log_e, 40.0))}
    return Findings("content_steady", content, millibits(bits), facts).where(bits >= LEAST_BITS)


def nightfall(hour: Ints, views: Ints) -> int:
    """First of the ``NIGHT_HOURS`` consecutive hours of the day (UTC) with the fewest views."""
    by_hour = np.bincount(hour % HOURS_PER_DAY, views, HOURS_PER_DAY)
    around = np.concatenate([by_hour, by_hour[: NIGHT_HOURS - 1]])
    return int(np.argmin(np.convolve(around, np.ones(NIGHT_HOURS), "valid")))


def sleepless(rows: pa.Table, law: ViewLaw) -> Findings:
    """Likes by night against views by night, at the rate of the content's own days.

    The night with most likes is left out: a post that came out late is rushed once.

    Args:
        rows: content, and its views and likes by day, and by the other nights.
        law: How likes follow views.
    """
    contents, views, likes = (column(rows, name) for name in ("content", "views", "likes"))
    night_views, night_likes = column(rows, "night_views"), column(rows, "night_likes")
    expected, shape = law.expect(night_views, likes, views)
    # People may like more, or less, readily by night: the typical content tells.
    telling = expected >= 2.0
    if telling.sum() >= FEWEST_TYPICAL:
        typical = np.median(night_likes[telling] / expected[telling])
        expected = expected * np.clip(typical, 0.5, 2.0)
    nightly = variation(night_likes, expected)
    tail = log_count_tail(night_likes, expected, 1.0 / (1.0 / shape + 1.0 / nightly))
    bits = np.minimum(bits_from_log_p(tail), MOST_STEADY_BITS)
    facts = {"likes": night_likes, "expected": expected, "day_likes": likes}
    found = Findings("content_sleepless", contents, millibits(bits), facts)
    return found.where((bits >= LEAST_BITS) & (night_likes >= FEWEST_NIGHT_LIKES))
