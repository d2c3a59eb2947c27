"""The card of a world: what is in it, for the people who use it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.worlds.columns import EVENT_WORDS, LIKE
from zhenzan.worlds.settings import ALL_MODES, SKILL_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from zhenzan.worlds.world import World
    from zhenzan.worlds.writing import Summary

_LABELS = """\
## How to read the truth

`truth/likes.parquet` has one row for each like in the log.

- `fake` is true for every like that was paid for, traded or ordered, and for *every* like of an
  account that is wholly a seller's. Likes that such an account gives for camouflage have the
  seller's `mode` and no `campaign`.
- A hired, hijacked or trading person's own likes are genuine: `fake` false, `mode` and `campaign`
  null. Only what they did for the seller is fake.
- Likes by honest people whom a bought spike brought are genuine.

`truth/accounts.parquet`: `role` is `honest`; `supplier` (wholly a seller's); `hired`, `hijacked`,
`member` (real people who gave some fake likes); `beneficiary` (an author for whom likes were
bought or ordered); `victim` (an author for whom only a rival bought). `hard` names the honest crowd
that an account is in; `tail` are those who liked a bought content in its organic tail. `mode` and
`pool` say how and for which seller the account works.

`truth/contents.parquet`: `bought` is true where at least one fake like was ordered; `mode` lists
how, comma-separated. `truth/campaigns.parquet`: one row an order, with its list price in yuan.
"""


def write_card(out: Path, world: World, summary: Summary) -> None:
    """Write ``card.md``."""
    parts = [_heading(world, summary), _modes(world, summary), _crowds(world)]
    parts += [_LABELS, _numbers(world)]
    (out / "card.md").write_text("\n".join(parts), encoding="utf-8")


def _heading(world: World, summary: Summary) -> str:
    s = world.settings
    likes, fake = int(summary.events[LIKE]), int(summary.fake_likes.sum())
    share = 100 * fake / likes if likes else 0.0
    lines = [
        f"# Simulated world {s.seed}",
        "",
        "No person and no platform is in this data; a random generator made all of it.",
        "",
        f"- {world.honest:,} honest accounts",
        f"- {len(world.people) - world.honest:,} accounts that sellers made",
        f"- {len(world.contents):,} contents, {s.days} days",
        f"- {int(summary.events.sum()):,} events",
        f"- {likes:,} likes, {fake:,} of them fake ({share:.1f}%)",
        f"- sellers' skill {s.skill} ({SKILL_NAMES[s.skill]})",
        "",
        "| event | number |",
        "|---|---:|",
    ]
    lines += [f"| {w} | {int(n):,} |" for w, n in zip(EVENT_WORDS, summary.events, strict=True)]
    return "\n".join([*lines, ""])


def _modes(world: World, summary: Summary) -> str:
    if not world.campaigns:
        return "## Nothing is bought in this world\n"
    lines = [
        "## What is bought",
        "",
        "| mode | pools | orders | shapes of delivery | fake likes | yuan a like |",
        "|---|---:|---:|---|---:|---:|",
    ]
    for code, mode in enumerate(ALL_MODES):
        orders = [c for c in world.campaigns if c.mode == mode]
        if not orders:
            continue
        shapes = ", ".join(sorted({c.shape for c in orders}))
        price = np.mean([c.price_per_like for c in orders])
        lines.append(
            f"| {mode} | {world.pools.count(mode)} | {len(orders)} | {shapes} "
            f"| {int(summary.fake_likes[code]):,} | {price:.4f} |"
        )
    rivals = sum(c.rival for c in world.campaigns)
    several = len(world.campaigns) - len({c.content for c in world.campaigns})
    lines.append("")
    lines.append(f"{rivals} orders were paid by a rival of the author.")
    lines.append(f"{several} orders were for a content that another order had served.")
    return "\n".join([*lines, ""])


def _crowds(world: World) -> str:
    words, counts = np.unique([c for c in world.crowd if c], return_counts=True)
    lines = ["## Honest crowds", "", "| crowd | accounts |", "|---|---:|"]
    lines += [f"| {w} | {int(n):,} |" for w, n in zip(words, counts, strict=True)]
    return "\n".join([*lines, ""])


def _numbers(world: World) -> str:
    lines = ["## Numbers that the seed drew", "", "| parameter | value |", "|---|---|"]
    for name, value in asdict(world.parameters).items():
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        if isinstance(value, tuple):
            shown = ", ".join(f"{x:.3f}" for x in value)
        lines.append(f"| {name} | {shown} |")
    return "\n".join([*lines, ""])
