"""Random small logs: people who view and like, and a few accounts that work a list."""

from __future__ import annotations

import random

from zhenzan.detectors.examples import Row, like, view

DAY_S = 86_400
OUTAGE_S = (30 * 3_600, 33 * 3_600)
"""When no view is logged."""


def random_log(
    seed: int, *, people: int = 60, posts: int = 40, views: bool = True, places: bool = True
) -> tuple[Row, ...]:
    """People with popular tastes, families at one tablet, an outage of views, and bots.

    The bots are b00 … b13; twelve of them like order0 … order9 within minutes, from two devices
    and one address; two scripts like quiet0 … quiet7 together. They view nothing. The likes of
    ``drip`` come at even intervals.
    """
    dice = random.Random(seed)
    rows: list[Row] = []
    weights = [1 / (rank + 4) for rank in range(posts)]
    for person in range(people):
        where: dict[str, str] = {}
        if places and dice.random() < 0.9:
            where = {"device_id": f"d{person // dice.choice([1, 3])}"}
            where["ip"] = f"10.0.{person // 8}.1"
        for post in dice.choices(range(posts), weights, k=dice.randrange(4, 40)):
            at_s = DAY_S * (post % 5) + dice.expovariate(1 / DAY_S)
            if views and dice.random() < 0.95 and not OUTAGE_S[0] < at_s < OUTAGE_S[1]:
                rows.append(view(f"p{person}", f"c{post}", at_s, dice.random(), **where))
            if dice.random() < 0.4:
                rows.append(like(f"p{person}", f"c{post}", at_s + dice.uniform(2, 90), **where))
            if dice.random() < 0.05:
                rows.append(Row("comment", f"p{person}", f"c{post}", at_s + 99))
    for bot in range(12):
        where = {"device_id": f"rack{bot % 2}", "ip": "10.77.0.1"} if places else {}
        name = f"b{bot:02}"
        for order in range(10):
            at_s = DAY_S * order * 0.6 + dice.choice([0.2, 200]) * bot
            if dice.random() < 0.9:
                rows.append(like(name, f"order{order}", at_s, **where))
        favourites = dice.choices(range(posts), weights, k=3)
        rows += [like(name, f"c{post}", dice.uniform(0, 7 * DAY_S), **where) for post in favourites]
    for script in ("b12", "b13"):
        rows += [like(script, f"quiet{n}", 9_000 * n + dice.uniform(0, 20)) for n in range(8)]
    for person in range(people):
        at_s = 2 * DAY_S + 1_700 * person + dice.uniform(0, 300)
        rows.append(like(f"p{person}", "drip", at_s))
    dice.shuffle(rows)
    return tuple(rows)


def is_bought(entity: str) -> bool:
    """Whether an entity's name is a bot's, a pair of bots', or what was bought."""
    return all(name.startswith(("b", "order", "quiet", "drip")) for name in entity.split("|"))


AUTHORS = {f"c{post}": f"author{post % 15}" for post in range(40)} | {
    f"order{order}": f"customer{order}" for order in range(10)
}
