"""Windows that slide over rows sorted by group and time: how far each reaches, what each covers.

Every loop is linear in the rows and single-threaded, so the answer does not depend on threads.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@numba.njit(cache=True)
def window_ends(group: Ints, time: Ints, width: int) -> Ints:
    """For the window that begins at each row, the position of the first row beyond it.

    Args:
        group: Group of each row, ascending.
        time: Time of each row, ascending within its group.
        width: Length of the window in the unit of ``time``; its end is exclusive.
    """
    ends = np.empty(len(group), np.int64)
    end = 0
    for row in range(len(group)):
        while end < len(group) and (
            group[end] < group[row] or (group[end] == group[row] and time[end] - time[row] < width)
        ):
            end += 1
        ends[row] = end
    return ends


@numba.njit(cache=True)
def sums_between(
    group: Ints, time: Ints, amount: Ints, asked: Ints, start: Ints, stop: Ints
) -> Ints:
    """Sum of ``amount`` over the rows of one group with ``start`` ≤ time < ``stop``, per question.

    Args:
        group: Group of each row, ascending.
        time: Time of each row, ascending within its group.
        amount: What to add up.
        asked: The group each question is about, ascending.
        start: First time of each question, ascending within its group.
        stop: First time after it, ascending within its group.
    """
    running = np.zeros(len(group) + 1, np.int64)
    for row in range(len(group)):
        running[row + 1] = running[row] + amount[row]
    sums = np.empty(len(asked), np.int64)
    low = 0
    high = 0
    for row in range(len(asked)):
        while low < len(group) and (
            group[low] < asked[row] or (group[low] == asked[row] and time[low] < start[row])
        ):
            low += 1
        while high < len(group) and (
            group[high] < asked[row] or (group[high] == asked[row] and time[high] < stop[row])
        ):
            high += 1
        sums[row] = running[high] - running[low]
    return sums


@numba.njit(cache=True)
def best_window(ends: Ints, score: Ints) -> Ints:
    """For each row, the best window that covers it: the row where that window begins.

    Args:
        ends: Where the window that begins at each row ends (exclusive), ascending.
        score: How good each window is; windows at 0 or below cover nothing.

    Returns:
        Positions; -1 where no window covers the row. Of equals the earliest wins.
    """
    size = len(ends)
    best = np.full(size, -1, np.int64)
    # Windows that may still win, best first; ends ascend, so those that ended stand at the front.
    queue = np.empty(size, np.int64)
    front = 0
    back = 0
    for row in range(size):
        if score[row] > 0:
            while back > front and score[queue[back - 1]] < score[row]:
                back -= 1
            queue[back] = row
            back += 1
        while back > front and ends[queue[front]] <= row:
            front += 1
        if back > front:
            best[row] = queue[front]
    return best
