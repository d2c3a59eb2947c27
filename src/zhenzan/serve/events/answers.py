"""What a request is told of its rows: how many were stored, which not, a decision for each like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from zhenzan.serve.route import Schema


class LikeDecision(msgspec.Struct, omit_defaults=True):
    """The decision on one like.

    Attributes:
        event_id: The like.
        decision: count, hold or discount.
        reason: Why it does not count, in one coarse word.
    """

    event_id: str
    decision: str
    reason: str = ""


class UnreadRow(msgspec.Struct, order=True):
    """A row that could not be read and went to quarantine.

    Attributes:
        row: Its number in the request, from 1.
        reason: Why.
    """

    row: int
    reason: str


class Receipt(msgspec.Struct):
    """What became of the rows of a request: rows = accepted + duplicate + quarantined.

    Attributes:
        rows: Rows of the request.
        accepted: Rows that were stored.
        duplicate: Rows that repeat an event_id.
        quarantined: Rows that could not be read.
        unread: These, with why.
        decisions: The decision on each like, in the order of the rows.
    """

    rows: int
    accepted: int
    duplicate: int
    quarantined: int
    unread: list[UnreadRow]
    decisions: list[LikeDecision]


def receipt_schema() -> dict[str, Schema]:
    """JSON Schemas of a receipt and its parts, by name."""
    _, schemas = msgspec.json.schema_components(
        [Receipt], ref_template="#/components/schemas/{name}"
    )
    return schemas
