"""Visits: what each account did with each content in all, summed up for each content.

To group events by account and content makes a group of nearly every event, as large as several
events and somewhere in memory. Here events are laid down content by content, and an account's
visit of the content at hand is found at the place that the account's code names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]
    Rows = npt.NDArray[Any]
    """Of the type ``EVENT``."""

EVENT = np.dtype(
    [
        ("account", np.int32),
        ("progress", np.int32),
        ("watch_ms", np.int64),
        ("kind", np.int32),
        ("shared", np.int32),
    ]
)
"""One event; ``progress`` in millionths and ``watch_ms`` are -1 where unknown."""
VIEW, COMMENT, SHARE, FAVORITE, FOLLOW = 1, 4, 5, 6, 7
"""Positions in ``model.EVENT_TYPES``."""
TENTHS = 10
FINISHED_TENTHS = 9
"""Who watched so much has finished: players lose the last second, and credits are left."""
MOST_WATCH_MS = 180_000
"""Of one account's watching of one content so much counts at most: a forgotten phone is no fan."""
MOST_COMMENTS = 3
"""Of one account's comments on one content so many count: a conversation counts, a flood does
not."""
SUMS = (
    "views",
    "viewers",
    "genuine_viewers",
    "finishers",
    "timed_viewers",
    "watch_ms",
    "comments",
    "genuine_comments",
    "genuine_commenters",
    "shares",
    "genuine_sharers",
    "share_arrivals",
    "favorites",
    "genuine_favorites",
    "follows",
    "genuine_follows",
    *(f"reached_{tenth}" for tenth in range(TENTHS + 1)),
    *(f"stayed_{tenth}" for tenth in range(TENTHS + 1)),
)
"""What is summed up. ``reached_k`` and ``stayed_k``: viewers, and genuine ones, who watched at
least k tenths. Views, viewers, comments, shares, favourites, follows and ``reached_k`` are of all
visits, the others of genuine ones."""
_REACHED = SUMS.index("reached_0")
_STAYED = SUMS.index("stayed_0")
# One account's visit of one content.
_VIEWS, _PROGRESS, _LONGEST, _TIMED, _WATCH, _SHARED = range(6)
_COMMENTS, _SHARES, _FAVORITES, _FOLLOWS, _ACCOUNT, _EXCLUDED = range(6, 12)
_VISIT = 12


@njit(cache=True, nogil=True)
def lay_down(
    rows: Rows,
    free: Ints,
    content: Ints,
    account: Ints,
    kind: Ints,
    watch_ms: Ints,
    progress: Ints,
    shared: Ints,
) -> None:
    """Put events, which come in any order, beside those of the same content.

    Args:
        rows: Where they go.
        free: Per content, counted from 0, the first place that is free for its events; moved on.
        content: Shape (n,), as are all that follow.
        account: Codes.
        kind: Position in ``model.EVENT_TYPES``.
        watch_ms: -1 where unknown.
        progress: Millionths; -1 where unknown.
        shared: 1 where the account came by a share, else 0.
    """
    for i in range(len(content)):
        row = rows[free[content[i]]]
        free[content[i]] += 1
        row["account"] = account[i]
        row["progress"] = progress[i]
        row["watch_ms"] = watch_ms[i]
        row["kind"] = kind[i]
        row["shared"] = shared[i]


@njit(cache=True, nogil=True)
def visit_sums(
    rows: Rows,
    starts: Ints,
    author: Ints,
    duration_ms: Ints,
    distrusted: Flags,
    excluded_starts: Ints,
    excluded: Ints,
    least_views: int,
) -> Ints:
    """What accounts did with each content, and how much of it is genuine.

    A visit is genuine if its account is trusted, is not the author, and is not excluded for this
    content.

    Args:
        rows: Events, those of one content together.
        starts: Shape (contents + 1,): where each content's events begin in ``rows``.
        author: Shape (contents,): account code; -1 where unknown.
        duration_ms: Shape (contents,); 0 or less where unknown.
        distrusted: Shape (accounts,).
        excluded_starts: Shape (contents + 1,): where each content's begin in ``excluded``.
        excluded: Account codes.
        least_views: Of a visit with fewer, nothing is genuine.

    Returns:
        Shape (contents, sums): a column for each of ``SUMS``.
    """
    sums = np.zeros((len(starts) - 1, len(SUMS)), np.int64)
    visit_of = np.full(len(distrusted), -1, np.int32)
    visits = np.zeros((np.diff(starts).max() if len(starts) > 1 else 0, _VISIT), np.int64)
    for content in range(len(starts) - 1):
        count = _visits(rows[starts[content] : starts[content + 1]], visit_of, visits)
        for at in range(excluded_starts[content], excluded_starts[content + 1]):
            if visit_of[excluded[at]] >= 0:
                visits[visit_of[excluded[at]], _EXCLUDED] = 1
        for number in range(count):
            visit = visits[number]
            who = visit[_ACCOUNT]
            visit_of[who] = -1
            honest = not (visit[_EXCLUDED] or distrusted[who]) and who != author[content]
            genuine = np.int64(honest and visit[_VIEWS] >= least_views)
            _add(sums[content], visit, genuine, _tenth(visit, duration_ms[content]))
        # Who watched so many tenths watched fewer as well.
        for tenth in range(TENTHS - 1, -1, -1):
            sums[content, _REACHED + tenth] += sums[content, _REACHED + tenth + 1]
            sums[content, _STAYED + tenth] += sums[content, _STAYED + tenth + 1]
    return sums


@njit(cache=True, nogil=True)
def _visits(rows: Rows, visit_of: npt.NDArray[np.int32], visits: Ints) -> int:
    """Fill the visits of one content, and ``visit_of`` each account; returns how many there are."""
    count = 0
    for i in range(len(rows)):
        row = rows[i]
        at = visit_of[row["account"]]
        if at < 0:
            at = visit_of[row["account"]] = count
            count += 1
            visits[at] = 0
            visits[at, _ACCOUNT] = row["account"]
            visits[at, _PROGRESS] = visits[at, _LONGEST] = -1
        visit, kind = visits[at], row["kind"]
        visit[_PROGRESS] = max(visit[_PROGRESS], row["progress"])
        if row["watch_ms"] >= 0:
            visit[_LONGEST] = max(visit[_LONGEST], row["watch_ms"])
            visit[_WATCH] += row["watch_ms"]
            visit[_TIMED] = 1
        visit[_VIEWS] += kind == VIEW
        visit[_SHARED] += kind == VIEW and row["shared"]
        visit[_COMMENTS] += kind == COMMENT
        visit[_SHARES] += kind == SHARE
        visit[_FAVORITES] += kind == FAVORITE
        visit[_FOLLOWS] += kind == FOLLOW
    return count


@njit(cache=True, nogil=True)
def _tenth(visit: Ints, duration_ms: int) -> int:
    """How many tenths of the content were watched; -1 where unknown."""
    if visit[_PROGRESS] >= 0:
        return int(np.floor(visit[_PROGRESS] / 1e5))
    if visit[_LONGEST] < 0 or duration_ms <= 0:
        return -1
    return int(np.floor(min(1e6, visit[_LONGEST] * 1e6 / duration_ms) / 1e5))


@njit(cache=True, nogil=True)
def _add(sums: Ints, visit: Ints, genuine: int, tenth: int) -> None:
    """Add one visit to its content's sums, in the order of ``SUMS``."""
    viewed = np.int64(visit[_VIEWS] > 0)
    sums[0] += visit[_VIEWS]
    sums[1] += viewed
    sums[2] += genuine * viewed
    sums[3] += genuine * viewed * (tenth >= FINISHED_TENTHS)
    sums[4] += genuine * visit[_TIMED]
    sums[5] += genuine * min(visit[_WATCH], MOST_WATCH_MS)
    sums[6] += visit[_COMMENTS]
    sums[7] += genuine * min(visit[_COMMENTS], MOST_COMMENTS)
    sums[8] += genuine * (visit[_COMMENTS] > 0)
    sums[9] += visit[_SHARES]
    sums[10] += genuine * (visit[_SHARES] > 0)
    sums[11] += genuine * (visit[_SHARED] > 0)
    sums[12] += visit[_FAVORITES]
    sums[13] += genuine * (visit[_FAVORITES] > 0)
    sums[14] += visit[_FOLLOWS]
    sums[15] += genuine * (visit[_FOLLOWS] > 0)
    if tenth >= 0:
        sums[_REACHED + tenth] += viewed
        sums[_STAYED + tenth] += genuine * viewed
