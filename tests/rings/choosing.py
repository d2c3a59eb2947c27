"""Hand-made choices: who likes what, without times, for the tests of groups and witnesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from zhenzan.engines.duckdb import DuckDBEngine
from zhenzan.rings.choices import choices, read_rows
from zhenzan.rings.groups import Group, belonging

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

    from zhenzan.rings.choices import Choices

    Ints = npt.NDArray[np.int64]

MEMORY_BYTES = 100_000_000
POSTS = 4
"""Posts of each author: content c is by author c // POSTS."""


def choices_of(folder: Path, likes: Iterable[tuple[int, int]]) -> Choices:
    """Choices from (account, content); authors are accounts 10,000, 10,001 …"""
    rows = sorted(set(likes))
    table = pa.table(
        {
            "like": pa.array(range(len(rows)), pa.int64()),
            "account": pa.array([account for account, _ in rows], pa.int64()),
            "content": pa.array([content for _, content in rows], pa.int64()),
            "author": pa.array([10_000 + content // POSTS for _, content in rows], pa.int64()),
        }
    )
    engine = DuckDBEngine(folder, MEMORY_BYTES, 1)
    engine.register("firsts", table)
    chosen = choices(read_rows(engine, frozenset()))
    engine.close()
    return chosen


def odds_of(choices: Choices, members: Ints, targets: Ints) -> npt.NDArray[np.float64]:
    """Log2 odds of belonging, per account code; -inf for accounts that hit too few targets."""
    odds = np.full(choices.accounts, -np.inf)
    accounts, known = belonging(choices, members, targets)
    odds[accounts] = known
    return odds


def group_of(choices: Choices, members: Iterable[int], targets: Iterable[int]) -> Group:
    """A group of these members with these targets."""
    who, what = np.array(sorted(members), np.int64), np.array(sorted(targets), np.int64)
    return Group(members=who, targets=what, belonging=odds_of(choices, who, what)[who])


@dataclass(frozen=True)
class Crowd:
    """Honest accounts 0 … people-1, who like contents by popularity, and a pool above them.

    Attributes:
        likes: (account, content).
        people: Number of honest accounts.
        pool: The pool's accounts.
        orders: Contents that each account of the pool likes with probability ``share``; each of
            another author, none popular.
    """

    likes: frozenset[tuple[int, int]]
    people: int
    pool: tuple[int, ...]
    orders: tuple[int, ...]


def crowd(
    *,
    people: int = 300,
    contents: int = 600,
    each: int = 12,
    pool: int = 20,
    orders: int = 12,
    share: float = 0.8,
    seed: int = 1,
) -> Crowd:
    """Draw a crowd and a pool whose members also like ``each`` // 2 other contents."""
    dice = np.random.default_rng(seed)
    weights = 1.0 / (np.arange(contents) + 20.0)
    weights /= weights.sum()
    likes = {
        (account, int(content))
        for account in range(people)
        for content in dice.choice(contents, each, replace=False, p=weights)
    }
    sellers = tuple(range(people, people + pool))
    ordered = tuple(range(contents // 2, contents // 2 + orders * POSTS, POSTS))
    for account in sellers:
        likes |= {(account, content) for content in ordered if dice.random() < share}
        other = dice.choice(contents, each // 2, replace=False, p=weights)
        likes |= {(account, int(content)) for content in other}
    return Crowd(frozenset(likes), people, sellers, ordered)
