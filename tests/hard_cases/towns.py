"""What hard cases are built of: a small town of ordinary people, visits, and a whole scan."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.rings import markets
from tests.rings.markets import DAY_S, Market, place
from tests.rings.scans import accounts_of, contents_of, events_of, scan

from zhenzan.detectors.examples import Row, like, view
from zhenzan.ingest import Sources

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa
    from tests.rings.scans import Scanned

CALLED = frozenset({"fake", "suspect"})
SAYING = 0.12
"""Share of their visits that people leave a comment on."""


def town(people: int = 400, *, saying: float = SAYING, seed: int = 1) -> Market:
    """People with tastes of their own over a fortnight, some of whom comment."""
    folk = markets.people(people, seed=seed)
    dice = random.Random(seed)
    said = [
        Row("comment", row.account_id, row.content_id, row.at_s + 90)
        for row in folk.rows
        if row.event_type == "view" and dice.random() < saying
    ]
    return replace(folk, rows=(*folk.rows, *said))


def seller(**how: int | float) -> Market:
    """A careful seller: thirty accounts with a life, who view first on an own phone each."""
    return markets.pool(**({"skill": 1, "orders": 24, "life": 12} | how))  # type: ignore[arg-type]  # keywords of one kind


def visit(
    dice: random.Random,
    account: str,
    content: str,
    at_s: float,
    *,
    liking: float = 0.3,
    source: str = "recommend",
    watching: tuple[float, float] = (4, 2),
    saying: float = SAYING,
    at: dict[str, str] | None = None,
) -> list[Row]:
    """A view, perhaps a like soon after it, perhaps a comment.

    Args:
        dice: What chance is drawn from.
        account: Who.
        content: What.
        at_s: When the view begins, seconds after the log's beginning.
        liking: Probability of a like.
        source: How the account came there.
        watching: Shapes of the beta distribution of how much of it is watched.
        saying: Probability of a comment.
        at: Device and address; None: an own phone at home.
    """
    where = {**(place(account) if at is None else at), "source": source}
    rows = [view(account, content, at_s, dice.betavariate(*watching), **where)]
    if dice.random() < liking:
        rows.append(like(account, content, at_s + dice.uniform(3, 60), **where))
    if dice.random() < saying:
        rows.append(Row("comment", account, content, at_s + 90))
    return rows


def life(dice: random.Random, accounts: Iterable[str], visits: int = 30) -> list[Row]:
    """What accounts look at of their own accord, as everybody in town does, at home."""
    rows = []
    for account in accounts:
        for _ in range(visits):
            author, number = int(150 * dice.random() ** 1.5), dice.randrange(markets.POSTS)
            at_s = markets.published_s(author, number) + dice.expovariate(1 / DAY_S)
            if at_s < markets.DAYS * DAY_S:
                rows += visit(dice, account, markets.post(author, number), at_s)
    return rows


def among(rows: Iterable[Row], authors: dict[str, str] | None = None) -> Market:
    """Rows as a market of nobody's."""
    return Market(tuple(rows), authors or {})


def judge(market: Market, folder: Path, *, accounts: pa.Table | None = None) -> Scanned:
    """Scan a world with everything that it holds."""
    sides = accounts_of(market) if accounts is None else accounts, contents_of(market)
    return scan(Sources(events_of(market), *sides), folder / "scan", market)


def accused(found: Scanned, names: Iterable[str]) -> set[str]:
    """Which of these accounts are fake or suspect, or gave a like that is."""
    wanted = set(names)
    rows = [*found.rows("accounts"), *found.rows("likes")]
    bad = {row["account_id"] for row in rows if row["verdict"] in CALLED}
    return bad & wanted


def honest(found: Scanned) -> set[str]:
    """Everybody who sells nothing."""
    return {row["account_id"] for row in found.rows("accounts")} - found.market.pool


def share_found(found: Scanned) -> float:
    """Of the likes that were paid for, how many are fake or suspect, 0–1."""
    bought = [
        row["verdict"] in CALLED
        for row in found.rows("likes")
        if (row["account_id"], row["content_id"]) in found.market.sold
    ]
    return sum(bought) / len(bought)
