"""Every table and column, in the order data flows. The single truth of names and types.

*Ledger* tables are written once and only appended to. *Derived* tables can be deleted and built
again from what stands before them. *Output* tables are the Parquet files of a scan directory,
written sorted by their key; their names are public interface.

Inside the engine an entity is a whole number (a *code*): codes are given in the sorted order of
the user's identifiers, so the same data has the same codes whatever the order of its rows.
Times are int64 µs since 1970 (UTC). Progress is in millionths, weights in thousandths of a bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

TableKind = Literal["ledger", "derived", "output"]


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, meaning, and whether it may be null."""

    name: str
    type: pa.DataType
    meaning: str
    nullable: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its name, kind, sort key and columns."""

    name: str
    kind: TableKind
    key: tuple[str, ...]
    about: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the table."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(c.name for c in self.columns)


_INT = pa.int64()
_TEXT = pa.string()
_REAL = pa.float64()
_TIME = pa.timestamp("us", tz="UTC")
_REASONS = pa.list_(pa.string())


def _c(name: str, kind: pa.DataType, meaning: str) -> Column:
    return Column(name, kind, meaning)


def _n(name: str, kind: pa.DataType, meaning: str) -> Column:
    return Column(name, kind, meaning, nullable=True)


EVENTS = Table(
    "events",
    "ledger",
    (),
    "Every accepted event. Identifiers are codes; devices and addresses are pseudonyms' codes.",
    (
        _c("event_type", pa.int16(), "position in model.EVENT_TYPES"),
        _c("ts", _INT, "µs since 1970, UTC"),
        _c("account", _INT, "code, see accounts_in"),
        _c("content", _INT, "code, see contents_in"),
        _n("device", _INT, "code of the keyed hash of device_id"),
        _n("ip", _INT, "code of the keyed hash of the address"),
        _n("net", _INT, "code of the keyed hash of the address's /24 or /48 prefix"),
        _n("session", _INT, "code of the keyed hash of session_id"),
        _n("watch_ms", _INT, "on a view: how long, ms"),
        _n("progress", _INT, "on a view: how much of it, millionths"),
        _n("source", _TEXT, "how the account reached the content"),
    ),
)

ENDORSEMENTS = Table(
    "endorsements",
    "ledger",
    ("like",),
    "The events that this scan judges (a like by default). like = 0, 1, 2 … in the order of "
    "(content, ts, account, event_id).",
    (
        _c("like", _INT, "position in that order"),
        _c("event_id", _TEXT, "the user's identifier, as text"),
        _c("ts", _INT, "µs since 1970, UTC"),
        _c("account", _INT, "code"),
        _c("content", _INT, "code"),
        _n("device", _INT, "code"),
        _n("ip", _INT, "code"),
        _n("net", _INT, "code"),
        _n("session", _INT, "code"),
        _n("source", _TEXT, "how the account reached the content"),
        _c("first", pa.bool_(), "the account's first endorsement of this content"),
    ),
)

ACCOUNTS_IN = Table(
    "accounts_in",
    "ledger",
    ("account",),
    "Every account that acts, is listed, or is an author; code 0, 1, 2 … by sorted account_id.",
    (
        _c("account", _INT, "code"),
        _c("account_id", _TEXT, "the user's identifier, as text"),
        _n("created_at", _INT, "µs since 1970, UTC"),
        _n("followers", _INT, "how many follow it"),
        _n("following", _INT, "how many it follows"),
        _n("organization_id", _TEXT, "the agency (MCN) it belongs to"),
    ),
)

CONTENTS_IN = Table(
    "contents_in",
    "ledger",
    ("content",),
    "Every content that is acted on or listed; code 0, 1, 2 … by sorted content_id.",
    (
        _c("content", _INT, "code"),
        _c("content_id", _TEXT, "the user's identifier, as text"),
        _n("author", _INT, "code of the author's account"),
        _n("published_at", _INT, "µs since 1970, UTC"),
        _n("duration_ms", _INT, "length, ms"),
        _n("topic", _TEXT, "topic"),
    ),
)

LABELS_IN = Table(
    "labels_in",
    "ledger",
    ("entity_type", "entity_id", "source"),
    "Human judgements, for calibration.",
    (
        _c("entity_type", _TEXT, "like, account, content or ring"),
        _c("entity_id", _TEXT, "the user's identifier"),
        _c("label", _TEXT, "genuine or fake"),
        _n("source", _TEXT, "who judged"),
        _n("ts", _INT, "when, µs since 1970, UTC"),
    ),
)

QUARANTINE = Table(
    "quarantine",
    "output",
    ("source", "row"),
    "Rows that could not be read. Rows in = accepted + duplicate + quarantined, always.",
    (
        _c("source", _TEXT, "the file or table the row came from"),
        _c("row", _INT, "its number there, from 1"),
        _c("reason", _TEXT, "why it could not be read"),
        _c("raw", _TEXT, "the row as it stood, at most 4,096 characters"),
    ),
)

LIKES = Table(
    "likes",
    "output",
    ("event_id",),
    "One row per endorsement that was judged.",
    (
        _c("event_id", _TEXT, "the user's identifier (whole numbers stay whole numbers)"),
        _c("ts", _TIME, "when"),
        _c("account_id", _TEXT, "who"),
        _c("content_id", _TEXT, "on what"),
        _c("score", _REAL, "probability that it is fake, 0–1"),
        _c("verdict", _TEXT, "genuine, suspect, fake or unknown"),
        _c("provenance", _TEXT, "the class of the like"),
        _c("reasons", _REASONS, "reason codes, strongest first"),
        _n("ring_id", _TEXT, "the ring that supplied it"),
    ),
)

ACCOUNTS = Table(
    "accounts",
    "output",
    ("account_id",),
    "One row per account that endorsed, or whose content was endorsed.",
    (
        _c("account_id", _TEXT, "who"),
        _c("likes", _INT, "endorsements it gave"),
        _c("fake_likes", _INT, "of these, verdict fake"),
        _c("score", _REAL, "probability that it supplies invalid engagement, 0–1"),
        _c("verdict", _TEXT, "genuine, suspect, fake or unknown"),
        _c("role", _TEXT, "none, supplier, member or beneficiary"),
        _c("credit", _INT, "0–100"),
        _c("reasons", _REASONS, "reason codes, strongest first"),
        _n("ring_id", _TEXT, "the ring it belongs to"),
    ),
)

CONTENTS = Table(
    "contents",
    "output",
    ("content_id",),
    "One row per content that was endorsed.",
    (
        _c("content_id", _TEXT, "what"),
        _n("author_id", _TEXT, "whose"),
        _c("likes", _INT, "endorsements received"),
        _c("true_likes", _REAL, "expected number of genuine ones"),
        _c("true_likes_low", _REAL, "lower end of its 90% interval"),
        _c("true_likes_high", _REAL, "upper end of its 90% interval"),
        _n("engagement_score", _REAL, "0–100, among peers; null = insufficient data"),
        _c("health", _REAL, "0–100"),
        _c("score", _REAL, "probability that its count was boosted, 0–1"),
        _c("verdict", _TEXT, "clean, suspect, boosted or unknown"),
        _c("reasons", _REASONS, "reason codes, strongest first"),
    ),
)

RINGS = Table(
    "rings",
    "output",
    ("ring_id",),
    "Groups of accounts under common control or agreement.",
    (
        _c("ring_id", _TEXT, "r- and 12 hex digits of the hash of its members"),
        _c("kind", _TEXT, "farm, direct, … or lockstep when no finer kind is proven"),
        _c("accounts", _INT, "members"),
        _c("contents", _INT, "targets"),
        _c("likes", _INT, "members' endorsements of targets"),
        _c("first_ts", _TIME, "first of these"),
        _c("last_ts", _TIME, "last of these"),
        _c("score", _REAL, "probability that the ring is bought or agreed, 0–1"),
        _c("evidence", _TEXT, "JSON: each witness's weight and facts"),
    ),
)

RING_MEMBERS = Table(
    "ring_members",
    "output",
    ("ring_id", "account_id"),
    "Who is in which ring.",
    (
        _c("ring_id", _TEXT, "the ring"),
        _c("account_id", _TEXT, "the account"),
        _c("role", _TEXT, "supplier or member"),
        _c("score", _REAL, "probability that it belongs, 0–1"),
    ),
)

SIGNALS = Table(
    "signals",
    "output",
    ("entity_type", "entity_id", "detector", "reason_code"),
    "What each detector saw. One row is one finding on one entity.",
    (
        _c("entity_type", _TEXT, "like, account, content, pair or ring"),
        _c("entity_id", _TEXT, "its identifier; a pair is two account_ids joined by |"),
        _c("detector", _TEXT, "which detector"),
        _c("version", _INT, "the detector's version"),
        _c("weight", _REAL, "log2 odds towards invalid, in steps of 0.001 bit"),
        _c("reason_code", _TEXT, "see reasons.py"),
        _c("evidence", _TEXT, "JSON: the facts, in numbers"),
    ),
)

CURVES = Table(
    "curves",
    "output",
    ("content_id", "ts"),
    "Hour by hour, the likes of contents that are suspect or boosted (at most 500 of them, those "
    "with most fake likes first), beside what their own views predict.",
    (
        _c("content_id", _TEXT, "what"),
        _c("ts", _TIME, "start of the hour"),
        _c("likes", _INT, "endorsements in that hour"),
        _c("fake_likes", _INT, "of these, verdict fake"),
        _n("views", _INT, "views in that hour; null without a view log"),
        _n("expected_likes", _REAL, "what the views predict; null without a view log"),
    ),
)

IN_TABLES = (EVENTS, ENDORSEMENTS, ACCOUNTS_IN, CONTENTS_IN, LABELS_IN)
OUT_TABLES = (LIKES, ACCOUNTS, CONTENTS, RINGS, RING_MEMBERS, SIGNALS, CURVES, QUARANTINE)
