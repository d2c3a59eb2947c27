"""Sums of visits, against a count of one visit after another."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from zhenzan.kernels.visits import (
    COMMENT,
    EVENT,
    FAVORITE,
    FOLLOW,
    SHARE,
    SUMS,
    VIEW,
    lay_down,
    visit_sums,
)

KINDS = (VIEW, COMMENT, SHARE, FAVORITE, FOLLOW)
ACCOUNTS, CONTENTS = 30, 12
Event = tuple[int, int, int, int, int, int]
"""content, account, kind, watch_ms, progress, shared."""


def events(seed: int, count: int) -> list[Event]:
    dice = np.random.default_rng(seed)
    return [
        (
            int(dice.integers(CONTENTS - 1)),
            int(dice.integers(ACCOUNTS)),
            int(dice.choice(KINDS, p=(0.6, 0.1, 0.1, 0.1, 0.1))),
            int(dice.choice((-1, 0, 900, 70_000, 10**10))),
            int(dice.choice((-1, -1, 0, 99_999, 100_000, 899_999, 900_000, 1_000_000))),
            int(dice.integers(2)),
        )
        for _ in range(count)
    ]


def one_by_one(
    log: list[Event],
    author: list[int],
    duration_ms: list[int],
    distrusted: set[int],
    excluded: set[tuple[int, int]],
    least_views: int,
) -> list[dict[str, int]]:
    """The same sums, without arrays."""
    visits = defaultdict(list)
    for content, account, *rest in log:
        visits[content, account].append(rest)
    sums = [dict.fromkeys(SUMS, 0) for _ in range(CONTENTS)]
    for (content, account), rows in visits.items():
        counts = {kind: sum(row[0] == kind for row in rows) for kind in KINDS}
        watched = [row[1] for row in rows if row[1] >= 0]
        progress: float = max(row[2] for row in rows)
        if progress < 0 and watched and duration_ms[content] > 0:
            progress = min(1e6, max(watched) * 1e6 / duration_ms[content])
        genuine = (
            account not in distrusted
            and (content, account) not in excluded
            and author[content] != account
            and counts[VIEW] >= least_views
        )
        viewed = counts[VIEW] > 0
        told = {"views": counts[VIEW], "viewers": viewed, "comments": counts[COMMENT]}
        told |= {"shares": counts[SHARE], "favorites": counts[FAVORITE], "follows": counts[FOLLOW]}
        told |= {f"reached_{k}": viewed and progress >= k * 1e5 for k in range(11)}
        if genuine:
            told |= {
                "genuine_viewers": viewed,
                "finishers": viewed and progress >= 9e5,
                "timed_viewers": bool(watched),
                "watch_ms": min(sum(watched), 180_000),
                "genuine_comments": min(counts[COMMENT], 3),
                "genuine_commenters": counts[COMMENT] > 0,
                "genuine_sharers": counts[SHARE] > 0,
                "share_arrivals": any(row[0] == VIEW and row[3] for row in rows),
                "genuine_favorites": counts[FAVORITE] > 0,
                "genuine_follows": counts[FOLLOW] > 0,
            }
            told |= {f"stayed_{k}": told[f"reached_{k}"] for k in range(11)}
        for name, value in told.items():
            sums[content][name] += value
    return sums


@pytest.mark.parametrize("least_views", [0, 1])
@pytest.mark.parametrize(("seed", "count"), [(0, 0), (1, 1), (2, 400), (3, 2_000)])
def test_sums_are_those_of_one_visit_after_another(seed: int, count: int, least_views: int) -> None:
    log = events(seed, count)
    dice = np.random.default_rng(seed)
    author = dice.integers(-1, ACCOUNTS, CONTENTS)
    duration_ms = dice.choice([-1, 0, 1_000, 80_000], CONTENTS)
    distrusted = dice.random(ACCOUNTS) < 0.2
    pairs = sorted({(int(dice.integers(CONTENTS)), int(dice.integers(ACCOUNTS))) for _ in range(9)})
    columns = np.array(log, np.int64).reshape(-1, 6).T.copy()
    starts = np.searchsorted(np.sort(columns[0]), np.arange(CONTENTS + 1))
    rows = np.empty(len(log), EVENT)
    # In two batches, as a stream brings them.
    free = starts.copy()
    for batch in np.array_split(columns, 2, axis=1):
        lay_down(rows, free, *np.ascontiguousarray(batch))
    excluded_starts = np.searchsorted([content for content, _ in pairs], np.arange(CONTENTS + 1))
    sums = visit_sums(
        rows,
        starts,
        author,
        duration_ms,
        distrusted,
        excluded_starts,
        np.array([account for _, account in pairs]),
        least_views,
    )
    expected = one_by_one(
        log,
        author.tolist(),
        duration_ms.tolist(),
        set(np.flatnonzero(distrusted).tolist()),
        set(pairs),
        least_views,
    )
    assert [dict(zip(SUMS, row, strict=True)) for row in sums.tolist()] == expected
