"""People decide: queues, claims, decisions, statements of reasons, appeals."""

from zhenzan.review.appeals import AppealStatus, appeal, appeal_status
from zhenzan.review.cases import (
    QUEUES,
    Case,
    Queue,
    case,
    cases,
    claim,
    claim_case,
    evidence,
    history,
    note,
    queues,
    release,
)
from zhenzan.review.deciding import GROUNDS, Decided, decide
from zhenzan.review.labels import Label, labels, use_for_training
from zhenzan.review.links import token
from zhenzan.review.pack import check_pack, pack
from zhenzan.review.statements import Statement, enforce, issue, statement, status_text

__all__ = [
    "GROUNDS",
    "QUEUES",
    "AppealStatus",
    "Case",
    "Decided",
    "Label",
    "Queue",
    "Statement",
    "appeal",
    "appeal_status",
    "case",
    "cases",
    "check_pack",
    "claim",
    "claim_case",
    "decide",
    "enforce",
    "evidence",
    "history",
    "issue",
    "labels",
    "note",
    "pack",
    "queues",
    "release",
    "statement",
    "status_text",
    "token",
    "use_for_training",
]
