"""Labels: what people judged, and which of it a person lets calibration learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.ledger import Transaction


@dataclass(frozen=True)
class Label:
    """A judgement of an account.

    Attributes:
        label_id: Which.
        entity_type: account.
        entity_id: Whose; None once it is erased.
        label: genuine or fake.
        source: The queue that it was decided in.
        case_id: The case.
        training: Whether somebody lets calibration learn from it. Never so by itself: who appeals
            is no fair sample, and an adversary could teach by appealing.
        labelled_us: When, µs since 1970.
    """

    label_id: str
    entity_type: str
    entity_id: str | None
    label: str
    source: str
    case_id: str | None
    training: bool
    labelled_us: int


def labels(tx: Transaction, *, training: bool | None = None) -> list[Label]:
    """The labels, in order of time.

    Args:
        tx: A transaction.
        training: Only those that are, or are not, for training.
    """
    rows = {row["label_id"]: row for row in tx.rows("SELECT * FROM labels")}
    found = []
    for entry in tx.entries(kinds=["label"]):
        row = rows[entry.body["label_id"]]
        if training is not None and bool(row["training"]) != training:
            continue
        personal = tx.personal(entry) or {}
        facts = ("label_id", "entity_type", "label", "source", "case_id", "labelled_us")
        found.append(
            Label(
                **{name: row[name] for name in facts},
                entity_id=personal.get("entity_id"),
                training=bool(row["training"]),
            )
        )
    return found


def use_for_training(tx: Transaction, label_id: str, by: str, *, use: bool = True) -> None:
    """Let calibration learn from a label, or no longer.

    Raises:
        CallError: There is no such label.
    """
    tx.append("label_use", {"label_id": label_id, "training": use, "by": by})
