"""Writes a world: the log and tables that a platform would have, and the truth beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhenzan.worlds.columns import EVENT_WORDS, LIKE, SOURCE_WORDS, Ints, Rows, full
from zhenzan.worlds.draws import scramble, stream
from zhenzan.worlds.settings import ALL_MODES

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from zhenzan.worlds.world import World

_TIME = pa.timestamp("us", tz="UTC")
_ROWS_A_GROUP = 500_000
EVENTS_SCHEMA = pa.schema(
    [
        ("event_id", pa.int64()),
        ("ts", _TIME),
        ("event_type", pa.string()),
        ("account_id", pa.string()),
        ("content_id", pa.string()),
        ("device_id", pa.string()),
        ("ip", pa.string()),
        ("session_id", pa.string()),
        ("watch_ms", pa.int64()),
        ("progress", pa.float64()),
        ("source", pa.string()),
        ("text", pa.string()),
    ]
)
LIKES_SCHEMA = pa.schema(
    [
        ("event_id", pa.int64()),
        ("fake", pa.bool_()),
        ("mode", pa.string()),
        ("campaign", pa.string()),
    ]
)


def named(prefix: str, numbers: Ints, *, nullable: bool = False) -> pa.Array:
    """Identifiers such as ``u123``; -1 becomes null where null may be."""
    mask = numbers < 0 if nullable else None
    text = pa.array(numbers, mask=mask).cast(pa.string())
    return pc.binary_join_element_wise(prefix, text, "")


def account_ids(world: World, accounts: Ints) -> pa.Array:
    """Account identifiers of account indices."""
    return named("u", scramble(accounts, _salt(world, "accounts")))


def content_ids(world: World, contents: Ints) -> pa.Array:
    """Content identifiers of content indices."""
    return named("v", scramble(contents, _salt(world, "contents")))


def _salt(world: World, name: str) -> int:
    return int(stream(world.settings.seed, "salt", name).integers(0, 1 << 44))


def _words(words: tuple[str, ...], codes: Ints) -> pa.Array:
    return pa.array(words).take(pa.array(codes, mask=codes < 0))


def _addresses(ip: Ints) -> pa.Array:
    octets = [pa.array((ip >> shift) & 255).cast(pa.string()) for shift in (24, 16, 8, 0)]
    return pc.binary_join_element_wise(*octets, ".")


class EventWriter:
    """Writes ``events.parquet`` and ``truth/likes.parquet`` group by group."""

    def __init__(self, out: Path, world: World) -> None:
        self._world = world
        self._next_event = 1
        self._device_salt = _salt(world, "devices")
        self._texts = pa.array(world.texts.texts)
        options = {"compression": "zstd", "compression_level": 1, "store_schema": False}
        self._events = pq.ParquetWriter(out / "events.parquet", EVENTS_SCHEMA, **options)
        self._likes = pq.ParquetWriter(out / "truth/likes.parquet", LIKES_SCHEMA, **options)
        self.summary = Summary()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._events.close()
        self._likes.close()

    def write(self, rows: Rows) -> None:
        """Append events in the order given."""
        self.summary.add(rows)
        for first in range(0, len(rows), _ROWS_A_GROUP):
            self._write_group(rows.take(slice(first, first + _ROWS_A_GROUP)))

    def _write_group(self, rows: Rows) -> None:
        ids = np.arange(self._next_event, self._next_event + len(rows), dtype=np.int64)
        self._next_event += len(rows)
        columns = [
            pa.array(ids),
            pa.array(rows.ts).cast(_TIME),
            _words(EVENT_WORDS, rows.kind),
            account_ids(self._world, rows.account),
            content_ids(self._world, rows.content),
            self._devices(rows.device),
            _addresses(rows.ip),
            named("s", rows.session, nullable=True),
            pa.array(rows.watch_ms, mask=rows.watch_ms < 0),
            pa.array(np.round(rows.progress, 4), mask=np.isnan(rows.progress)),
            _words(SOURCE_WORDS, rows.source),
            self._texts.take(pa.array(rows.text, mask=rows.text < 0)),
        ]
        self._events.write_table(pa.Table.from_arrays(columns, schema=EVENTS_SCHEMA))
        likes = np.flatnonzero(rows.kind == LIKE)
        mode, campaign = rows.mode[likes], rows.campaign[likes]
        truth = [
            pa.array(ids[likes]),
            pa.array(mode >= 0),
            _words(ALL_MODES, mode),
            named("c", campaign, nullable=True),
        ]
        self._likes.write_table(pa.Table.from_arrays(truth, schema=LIKES_SCHEMA))

    def _devices(self, device: Ints) -> pa.Array:
        scrambled = scramble(np.maximum(device, 0), self._device_salt)
        return named("d", np.where(device < 0, -1, scrambled), nullable=True)


class Summary:
    """Counts over the log, for the card and the truth."""

    def __init__(self) -> None:
        self.events = np.zeros(len(EVENT_WORDS), dtype=np.int64)
        self.fake_likes = np.zeros(len(ALL_MODES), dtype=np.int64)

    def add(self, rows: Rows) -> None:
        """Count some rows."""
        self.events += np.bincount(rows.kind, minlength=len(EVENT_WORDS))
        fake = rows.mode[(rows.kind == LIKE) & (rows.mode >= 0)]
        self.fake_likes += np.bincount(fake, minlength=len(ALL_MODES))


def _write(path: Path, columns: dict[str, pa.Array]) -> None:
    table = pa.table(columns)
    key = table.column_names[0]
    table = table.sort_by(key)
    pq.write_table(table, path, compression="zstd", store_schema=False)


def write_accounts(out: Path, world: World) -> None:
    """Write ``accounts.parquet``: what the platform knows about accounts."""
    n = len(world.people)
    followers = np.bincount(world.follows.author, minlength=n) + world.people.admirers
    following = np.diff(world.follows.start)
    organization = full(n)
    for account, number in world.organizations.items():
        organization[account] = number
    _write(
        out / "accounts.parquet",
        {
            "account_id": account_ids(world, np.arange(n, dtype=np.int64)),
            "created_at": pa.array(world.people.created).cast(_TIME),
            "followers": pa.array(followers.astype(np.int64)),
            "following": pa.array(following.astype(np.int64)),
            "organization_id": named("o", organization, nullable=True),
        },
    )


def write_contents(out: Path, world: World) -> None:
    """Write ``contents.parquet``."""
    contents = world.contents
    _write(
        out / "contents.parquet",
        {
            "content_id": content_ids(world, np.arange(len(contents), dtype=np.int64)),
            "author_id": account_ids(world, contents.author),
            "published_at": pa.array(contents.published).cast(_TIME),
            "duration_ms": pa.array(contents.duration_ms),
            "topic": named("t", contents.topic),
        },
    )


def write_truth(out: Path, world: World) -> None:
    """Write the truth about accounts, contents and campaigns."""
    n = len(world.people)
    mode = world.people.mode.copy()
    traders = world.pool >= 0
    codes = np.array([ALL_MODES.index(m) for m in world.pools] or [-1], dtype=np.int64)
    mode[traders] = codes[world.pool[traders]]
    _write(
        out / "truth/accounts.parquet",
        {
            "account_id": account_ids(world, np.arange(n, dtype=np.int64)),
            "role": pa.array(world.role),
            "hard": pa.array([c or None for c in world.crowd], pa.string()),
            "mode": _words(ALL_MODES, mode),
            "pool": named("p", world.pool, nullable=True),
        },
    )
    bought: dict[int, list[str]] = {}
    for campaign in world.campaigns:
        bought.setdefault(campaign.content, []).append(campaign.mode)
    everything = range(len(world.contents))
    modes = [",".join(sorted(set(bought[c]))) if c in bought else None for c in everything]
    _write(
        out / "truth/contents.parquet",
        {
            "content_id": content_ids(world, np.arange(len(world.contents), dtype=np.int64)),
            "bought": pa.array([c in bought for c in everything]),
            "mode": pa.array(modes, pa.string()),
        },
    )
    _write_campaigns(out, world)


def _write_campaigns(out: Path, world: World) -> None:
    orders = world.campaigns
    _write(
        out / "truth/campaigns.parquet",
        {
            "campaign": named("c", np.arange(len(orders), dtype=np.int64)),
            "mode": pa.array([c.mode for c in orders], pa.string()),
            "skill": pa.array(np.full(len(orders), world.settings.skill)),
            "pool": named("p", np.array([c.pool for c in orders], dtype=np.int64)),
            "content_id": content_ids(world, np.array([c.content for c in orders], dtype=np.int64)),
            "likes": pa.array([c.likes for c in orders], pa.int64()),
            "start": pa.array([c.start_us for c in orders], pa.int64()).cast(_TIME),
            "shape": pa.array([c.shape for c in orders], pa.string()),
            "price_per_like": pa.array([c.price_per_like for c in orders], pa.float64()),
            "rival": pa.array([c.rival for c in orders], pa.bool_()),
        },
    )
