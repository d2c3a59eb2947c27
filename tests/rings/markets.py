"""A small platform drawn by hand: people, a niche community, fans, and a seller with a pool."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zhenzan.detectors.examples import Row, like, view

if TYPE_CHECKING:
    from collections.abc import Iterable

HOUR_S = 3_600
DAY_S = 86_400
DAYS = 14
AUTHORS = 150
POSTS = 5
"""Posts of each author, one every 2.5 days."""


@dataclass(frozen=True)
class Market:
    """A log, who wrote what, and the truth about it.

    Attributes:
        rows: The events.
        authors: Author of each content.
        pool: Accounts that sell their likes.
        niche: People who follow the same five authors.
        orders: Contents that the pool was paid to like.
        sold: Likes that were paid for, as (account, content).
    """

    rows: tuple[Row, ...]
    authors: dict[str, str]
    pool: frozenset[str] = frozenset()
    niche: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    sold: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def __add__(self, other: Market) -> Market:
        return Market(
            self.rows + other.rows,
            {**self.authors, **other.authors},
            self.pool | other.pool,
            self.niche | other.niche,
            self.orders | other.orders,
            self.sold | other.sold,
        )


def post(author: int, number: int) -> str:
    """Name of the post ``number`` of an author of the ordinary people."""
    return f"c{author:02}-{number}"


def published_s(author: int, number: int) -> float:
    """When a post comes out, seconds after the beginning."""
    return (number * 2.5 + (author % 10) / 4) * DAY_S


def place(account: str) -> dict[str, str]:
    """An own phone and an own address."""
    number = sum(ord(c) * 31**i for i, c in enumerate(account)) % 62_500
    return {"device_id": f"phone of {account}", "ip": f"10.{number // 250}.{number % 250}.7"}


def visit(dice: random.Random, account: str, content: str, at_s: float, liking: float) -> list[Row]:
    """A view, and with probability ``liking`` a like soon after it; one view in fifty is lost."""
    where = place(account)
    rows = []
    if dice.random() > 0.02:
        rows.append(view(account, content, at_s, dice.betavariate(4, 2), **where))
    if dice.random() < liking:
        rows.append(like(account, content, at_s + dice.uniform(3, 60), **where))
    return rows


def people(count: int = 400, visits: int = 45, seed: int = 1) -> Market:
    """People with tastes of their own, who find posts in the days after they come out."""
    dice = random.Random(seed)
    authors = {post(a, n): f"author{a:02}" for a in range(AUTHORS) for n in range(POSTS)}
    rows = []
    for person in range(count):
        favourites = dice.sample(range(AUTHORS), 12)
        seen = set()
        for _ in range(visits):
            author = dice.choice(favourites) if dice.random() < 0.4 else _popular(dice)
            seen.add((author, dice.randrange(POSTS)))
        for author, number in sorted(seen):
            at_s = published_s(author, number) + dice.expovariate(1 / (1.5 * DAY_S))
            if at_s < DAYS * DAY_S:
                rows += visit(dice, f"p{person:03}", post(author, number), at_s, 0.3)
    return Market(tuple(rows), authors)


def _popular(dice: random.Random) -> int:
    return int(AUTHORS * dice.random() ** 1.5)


def niche(
    count: int = 40, authors: int = 10, posts: int = 3, strangers: int = 8, seed: int = 2
) -> Market:
    """People who follow the same few small authors, and like most of what these post."""
    dice = random.Random(seed)
    wrote = {f"n{a}-{n}": f"niche author{a}" for a in range(authors) for n in range(posts)}
    rows: list[Row] = []
    for a in range(authors):
        for n in range(posts):
            out_s = (12 * n / posts + a / 5) * DAY_S
            for person in range(count):
                at_s = out_s + dice.expovariate(1 / (0.5 * DAY_S))
                rows += visit(dice, f"fan{person:02}", f"n{a}-{n}", at_s, 0.6)
            for _ in range(strangers):
                at_s = out_s + dice.expovariate(1 / (1.5 * DAY_S))
                rows += visit(dice, f"p{dice.randrange(400):03}", f"n{a}-{n}", at_s, 0.2)
    for person in range(count):
        for author in dice.sample(range(AUTHORS), 12):
            at_s = published_s(author, 1) + dice.expovariate(1 / (1.5 * DAY_S))
            rows += visit(dice, f"fan{person:02}", post(author, 1), at_s, 0.3)
    return Market(tuple(rows), wrote, niche=frozenset(f"fan{p:02}" for p in range(count)))


def pool(
    count: int = 30,
    orders: int = 12,
    share: float = 0.8,
    skill: int = 0,
    life: int = 8,
    seed: int = 3,
) -> Market:
    """Accounts of one seller: each order is one post, delivered within hours from its own moment.

    Args:
        count: Accounts in the pool.
        orders: Posts that were paid for, each of another author.
        share: Part of the pool that serves each order.
        skill: 0: no views, six accounts to a phone; 1: views first, an own phone each.
        life: Posts that each account looks at of its own accord; it likes four in five.
        seed: Of the dice.
    """
    dice = random.Random(seed)
    rows: list[Row] = []
    sold = set()
    names = [f"s{n:02}" for n in range(count)]
    apart = (AUTHORS - 30) // orders
    targets = [(30 + apart * n, n % (POSTS - 1)) for n in range(orders)]
    for author, number in targets:
        start_s = published_s(author, number) + dice.uniform(0.2, 3.5) * DAY_S
        for seller in dice.sample(names, round(share * count)):
            at_s = start_s + dice.uniform(0, 2 * HOUR_S)
            rows += _delivery(dice, seller, post(author, number), at_s, skill)
            sold.add((seller, post(author, number)))
    ordinary = [(a, n) for a in range(AUTHORS) for n in range(POSTS) if (a, n) not in targets]
    for seller in names:
        for author, number in dice.sample(ordinary, life):
            at_s = published_s(author, number) + dice.expovariate(1 / DAY_S)
            rows += visit(dice, seller, post(author, number), at_s, 0.8)
    return Market(
        tuple(rows),
        {},
        frozenset(names),
        orders=frozenset(post(*target) for target in targets),
        sold=frozenset(sold),
    )


def _delivery(
    dice: random.Random, seller: str, content: str, at_s: float, skill: int
) -> Iterable[Row]:
    if skill:
        yield view(seller, content, at_s - 40, dice.betavariate(4, 2), **place(seller))
        yield like(seller, content, at_s, **place(seller))
    else:
        phone = f"rack {int(seller[1:]) // 6}"
        yield like(seller, content, at_s, device_id=phone, ip="10.250.0.1")


def once(count: int = 120, orders: int = 3, seed: int = 4) -> Market:
    """Accounts that look at one ordered post for a moment, like it, and are never seen again."""
    dice = random.Random(seed)
    targets = [post(40 + 9 * n, 1) for n in range(orders)]
    rows: list[Row] = []
    for n in range(count):
        at_s = published_s(40 + 9 * (n % orders), 1) + dice.uniform(0.2, 0.6) * DAY_S
        where = place(f"t{n:03}")
        rows.append(view(f"t{n:03}", targets[n % orders], at_s, 0.1, **where))
        rows.append(like(f"t{n:03}", targets[n % orders], at_s + 2, **where))
    return Market(
        tuple(rows),
        {},
        frozenset(f"t{n:03}" for n in range(count)),
        orders=frozenset(targets),
        sold=frozenset((f"t{n:03}", targets[n % orders]) for n in range(count)),
    )


def visitors(count: int = 250, seed: int = 5) -> Market:
    """People who come by for a day: they look at a few posts, like some and comment on some."""
    dice = random.Random(seed)
    rows: list[Row] = []
    for n in range(count):
        for _ in range(dice.choice([1, 1, 2, 4])):
            author, number = _popular(dice), dice.randrange(POSTS)
            at_s = published_s(author, number) + dice.expovariate(1 / DAY_S)
            rows += visit(dice, f"v{n:03}", post(author, number), at_s, 0.4)
            if dice.random() < 0.2:
                rows.append(Row("comment", f"v{n:03}", post(author, number), at_s + 90))
    return Market(tuple(rows), {})


def again(market: Market) -> Market:
    """Two accounts of the pool take their likes back, and give them again a day later."""
    twice = [
        replace(row, at_s=row.at_s + DAY_S)
        for row in market.rows
        if row.event_type == "like" and row.account_id in ("s00", "s01")
    ]
    return replace(market, rows=(*market.rows, *twice))
