"""Every table and column, in the order data flows. The single truth of names and types.

*Ledger* tables are written once and only appended to. *Derived* tables can be deleted and built
again from what stands before them. *Output* tables are the Parquet files of a scan directory,
written sorted by their key; their names are public interface.

Inside the engine an entity is a whole number (a *code*): codes are given in the sorted order of
the user's identifiers, so the same data has the same codes whatever the order of its rows.
Times are int64 µs since 1970 (UTC). Progress is in millionths, weights in thousandths of a bit.
"""

from __future__ import annotations

import pyarrow as pa

from zhenzan.tables.columns import (
    INT,
    REAL,
    REASONS,
    TEXT,
    TIME,
    Table,
    column,
    nullable,
)
from zhenzan.tables.contents import (
    AUTHORS,
    CONTENTS,
    CURVES,
    ENGAGEMENT,
    PEERS,
    PROVENANCE,
    RETENTION,
    SOURCES,
)

__all__ = [
    "ACCOUNTS",
    "ACCOUNTS_IN",
    "AUTHORS",
    "CONTENTS",
    "CONTENTS_IN",
    "CURVES",
    "ENDORSEMENTS",
    "ENGAGEMENT",
    "EVENTS",
    "IN_TABLES",
    "LABELS_IN",
    "LIKES",
    "OUT_TABLES",
    "PEERS",
    "PROVENANCE",
    "QUARANTINE",
    "RETENTION",
    "RINGS",
    "RING_MEMBERS",
    "SIGNALS",
    "SOURCES",
    "Table",
]

EVENTS = Table(
    "events",
    "ledger",
    (),
    "Every accepted event, by codes. Devices, networks and sessions are kept of endorsements only.",
    (
        column("event_type", pa.int16(), "position in model.EVENT_TYPES"),
        column("ts", INT, "µs since 1970, UTC"),
        column("account", INT, "code, see accounts_in"),
        column("content", INT, "code, see contents_in"),
        nullable("ip", INT, "code of the keyed hash of the address"),
        nullable("watch_ms", INT, "on a view: how long, ms"),
        nullable("progress", INT, "on a view: how much of it, millionths"),
        nullable("source", TEXT, "how the account reached the content"),
    ),
)

ENDORSEMENTS = Table(
    "endorsements",
    "ledger",
    ("like",),
    "The events that this scan judges (a like by default). like = 0, 1, 2 … in the order of "
    "(content, ts, account, event_id).",
    (
        column("like", INT, "position in that order"),
        column("event_id", TEXT, "the user's identifier, as text"),
        column("ts", INT, "µs since 1970, UTC"),
        column("account", INT, "code"),
        column("content", INT, "code"),
        nullable("device", INT, "code of the keyed hash of device_id"),
        nullable("ip", INT, "code of the keyed hash of the address"),
        nullable("net", INT, "code of the keyed hash of the address's /24 or /48 prefix"),
        nullable("session", INT, "code of the keyed hash of session_id"),
        nullable("source", TEXT, "how the account reached the content"),
        column("first", pa.bool_(), "the account's first endorsement of this content"),
    ),
)

ACCOUNTS_IN = Table(
    "accounts_in",
    "ledger",
    ("account",),
    "Every account that acts, is listed, or is an author; code 0, 1, 2 … by sorted account_id.",
    (
        column("account", INT, "code"),
        column("account_id", TEXT, "the user's identifier, as text"),
        nullable("created_at", INT, "µs since 1970, UTC"),
        nullable("followers", INT, "how many follow it"),
        nullable("following", INT, "how many it follows"),
        nullable("organization_id", TEXT, "the agency (MCN) it belongs to"),
    ),
)

CONTENTS_IN = Table(
    "contents_in",
    "ledger",
    ("content",),
    "Every content that is acted on or listed; code 0, 1, 2 … by sorted content_id.",
    (
        column("content", INT, "code"),
        column("content_id", TEXT, "the user's identifier, as text"),
        nullable("author", INT, "code of the author's account"),
        nullable("published_at", INT, "µs since 1970, UTC"),
        nullable("duration_ms", INT, "length, ms"),
        nullable("topic", TEXT, "topic"),
    ),
)

LABELS_IN = Table(
    "labels_in",
    "ledger",
    ("entity_type", "entity_id", "source"),
    "Human judgements, for calibration.",
    (
        column("entity_type", TEXT, "like, account, content or ring"),
        column("entity_id", TEXT, "the user's identifier"),
        column("label", TEXT, "genuine or fake"),
        nullable("source", TEXT, "who judged"),
        nullable("ts", INT, "when, µs since 1970, UTC"),
    ),
)

QUARANTINE = Table(
    "quarantine",
    "output",
    ("source", "row"),
    "Rows that could not be read. Rows in = accepted + duplicate + quarantined, always.",
    (
        column("source", TEXT, "the file or table the row came from"),
        column("row", INT, "its number there, from 1"),
        column("reason", TEXT, "why it could not be read"),
        column("raw", TEXT, "the row as it stood, at most 4,096 characters"),
    ),
)

LIKES = Table(
    "likes",
    "output",
    ("event_id",),
    "One row per endorsement that was judged.",
    (
        column("event_id", TEXT, "the user's identifier (whole numbers stay whole numbers)"),
        column("ts", TIME, "when"),
        column("account_id", TEXT, "who"),
        column("content_id", TEXT, "on what"),
        column("score", REAL, "probability that it is fake, 0–1"),
        column("verdict", TEXT, "genuine, suspect, fake or unknown"),
        column("provenance", TEXT, "the class of the like"),
        column("reasons", REASONS, "reason codes, strongest first"),
        nullable("ring_id", TEXT, "the ring that supplied it"),
    ),
)

ACCOUNTS = Table(
    "accounts",
    "output",
    ("account_id",),
    "One row per account that endorsed, or whose content was endorsed.",
    (
        column("account_id", TEXT, "who"),
        column("likes", INT, "endorsements it gave"),
        column("fake_likes", INT, "of these, verdict fake"),
        column("score", REAL, "probability that it supplies invalid engagement, 0–1"),
        column("verdict", TEXT, "genuine, suspect, fake or unknown"),
        column("role", TEXT, "none, supplier, member or beneficiary"),
        column("credit", INT, "0–100"),
        column("reasons", REASONS, "reason codes, strongest first"),
        nullable("ring_id", TEXT, "the ring it belongs to"),
    ),
)

RINGS = Table(
    "rings",
    "output",
    ("ring_id",),
    "Groups of accounts under common control or agreement.",
    (
        column("ring_id", TEXT, "r- and 12 hex digits of the hash of its first members"),
        column("kind", TEXT, "farm, direct, … or lockstep when no finer kind is proven"),
        column("accounts", INT, "members"),
        column("contents", INT, "targets"),
        column("likes", INT, "members' endorsements of targets"),
        column("first_ts", TIME, "first of these"),
        column("last_ts", TIME, "last of these"),
        column("score", REAL, "probability that the ring is bought or agreed, 0–1"),
        column("evidence", TEXT, "JSON: each witness's weight and facts"),
        nullable("change", TEXT, "since --previous: new, same, grown, shrunk, merged or split"),
        column("previous", REASONS, "ring_ids there that it comes from, closest first"),
        nullable("members_joined", INT, "members that the first of these did not have"),
        nullable("members_left", INT, "members of the first of these that it no longer has"),
    ),
)

RING_MEMBERS = Table(
    "ring_members",
    "output",
    ("ring_id", "account_id"),
    "Who is in which ring.",
    (
        column("ring_id", TEXT, "the ring"),
        column("account_id", TEXT, "the account"),
        column("role", TEXT, "supplier or member"),
        column("score", REAL, "probability that the account is fake, 0–1; as in accounts"),
    ),
)

SIGNALS = Table(
    "signals",
    "output",
    ("entity_type", "entity_id", "detector", "reason_code"),
    "What each detector saw. One row is one finding on one entity.",
    (
        column("entity_type", TEXT, "like, account, content, pair or ring"),
        column("entity_id", TEXT, "its identifier; a pair is two account_ids joined by |"),
        column("detector", TEXT, "which detector"),
        column("version", INT, "the detector's version"),
        column("weight", REAL, "log2 odds towards invalid, in steps of 0.001 bit"),
        column("reason_code", TEXT, "see reasons.py"),
        column("evidence", TEXT, "JSON: the facts, in numbers"),
    ),
)

IN_TABLES = (EVENTS, ENDORSEMENTS, ACCOUNTS_IN, CONTENTS_IN, LABELS_IN)
OUT_TABLES = (
    *(LIKES, ACCOUNTS, CONTENTS, AUTHORS, RINGS, RING_MEMBERS, SIGNALS),
    *(CURVES, RETENTION, SOURCES, ENGAGEMENT, PEERS, PROVENANCE, QUARANTINE),
)
