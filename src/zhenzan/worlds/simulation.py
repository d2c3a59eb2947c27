"""``zhenzan simulate``: builds a world, draws its log window by window, and writes both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zhenzan.errors import ZhenzanError
from zhenzan.worlds.browse import browse, no_tasks
from zhenzan.worlds.calibration import calibrate
from zhenzan.worlds.card import write_card
from zhenzan.worlds.columns import LIKE, Ints, Rows, Sessions, full
from zhenzan.worlds.crowds import gather
from zhenzan.worlds.parameters import ACTIVE_SHARE_OF_DAYS, US_PER_DAY
from zhenzan.worlds.people import ordinary_visits, place
from zhenzan.worlds.sellers import sell
from zhenzan.worlds.world import Part, World, found_world
from zhenzan.worlds.writing import EventWriter, write_accounts, write_contents, write_truth

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhenzan.worlds.settings import WorldSettings

_VIEWS_A_WINDOW = 1_500_000  # keeps a window's arrays below about 1 GB


def build_world(settings: WorldSettings) -> World:
    """A world ready to be drawn: honest people, honest crowds, sellers."""
    world = found_world(settings)
    gather(world)
    forecast = calibrate(world)
    sell(world, forecast.likes)
    return world


def simulate(out: Path, settings: WorldSettings) -> Path:
    """Write a simulated world with its truth.

    Args:
        out: Directory to write; made if absent.
        settings: Which world.

    Returns:
        ``out``, now with ``events.parquet``, ``accounts.parquet``, ``contents.parquet``,
        ``card.md`` and ``truth/``.

    Raises:
        ZhenzanError: The directory cannot be written.
    """
    try:
        (out / "truth").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ZhenzanError(
            f"Cannot make the directory {out}.", "Choose a directory you may write to."
        ) from error
    world = build_world(settings)
    with EventWriter(out, world) as writer:
        for rows in draw_log(world):
            writer.write(rows)
        summary = writer.summary
    write_accounts(out, world)
    write_contents(out, world)
    write_truth(out, world)
    write_card(out, world, summary)
    return out


@dataclass
class _Feed:
    """One part of the log, drawn window by window with its own random stream."""

    part: Part

    def draw(self, world: World, window: int, bounds: tuple[int, int]) -> Rows | None:
        sessions, tasks = self.part.sessions, self.part.tasks
        low, high = np.searchsorted(sessions.start, bounds)
        first, last = np.searchsorted(tasks.session, (low, high))
        planned, todo = sessions.take(slice(low, high)), tasks.take(slice(first, last))
        todo.session = todo.session - low
        rng = world.rng("draw", self.part.name, window)
        if len(self.part.residents):
            planned = Sessions.concat([planned, self._life(rng, world, bounds)])
        if len(planned) == 0:
            return None
        return browse(rng, world, planned, todo)

    def _life(self, rng: np.random.Generator, world: World, bounds: tuple[int, int]) -> Sessions:
        account, start, length = ordinary_visits(rng, world.people, self.part.residents, bounds)
        device, ip = place(rng, world.people, world.networks, account, start)
        code = world.session_codes(self.part.name, len(account))
        return Sessions(account, start, length, device, ip, code)


def draw_log(world: World) -> Iterator[Rows]:
    """The events of a world in order of time, window by window."""
    p = world.parameters
    everyone = np.arange(world.honest, dtype=np.int64)
    nothing = full(0)
    visits = Sessions(nothing, nothing, nothing, nothing, nothing, nothing)
    feeds = [_Feed(Part("life", visits, no_tasks(), everyone))]
    feeds += [_Feed(part) for part in world.parts]
    step = _window_days(world) * US_PER_DAY
    liked = np.zeros(0, dtype=np.int64)
    waiting: list[Rows] = []
    for window, start in enumerate(range(p.start_us, p.end_us, step)):
        end = min(start + step, p.end_us)
        drawn = [feed.draw(world, window, (start, end)) for feed in feeds]
        rows = Rows.concat([*waiting, *(r for r in drawn if r is not None)])
        rows = rows.take(np.argsort(rows.ts, kind="stable"))
        cut = int(np.searchsorted(rows.ts, end))
        waiting = [rows.take(slice(cut, None))]
        ready, liked = _first_likes(rows.take(slice(0, cut)), liked)
        yield ready


def _window_days(world: World) -> int:
    p = world.parameters
    a_day = world.honest * p.views_per_day * ACTIVE_SHARE_OF_DAYS * 1.3
    return int(min(p.days, max(1, _VIEWS_A_WINDOW // max(a_day, 1))))


def _first_likes(rows: Rows, liked: Ints) -> tuple[Rows, Ints]:
    """Keep only the first like of an account for a content; also what has been liked so far."""
    at = np.flatnonzero(rows.kind == LIKE)
    pair = (rows.account[at] << 32) + rows.content[at]
    _, first = np.unique(pair, return_index=True)
    known = np.searchsorted(liked, pair[first])
    known = np.minimum(known, max(len(liked) - 1, 0))
    fresh = np.ones(len(first), dtype=np.bool_)
    if len(liked):
        fresh = liked[known] != pair[first]
    keep = np.ones(len(rows), dtype=np.bool_)
    keep[at] = False
    keep[at[first[fresh]]] = True
    merged = np.sort(np.concatenate([liked, pair[first[fresh]]]), kind="stable")
    return rows.take(keep), merged
