"""What labels say: of what a person judged, of the rings it is in, and of all scores."""

from __future__ import annotations

from zhenzan.model import EntityType, Family
from zhenzan.reasons.reason import Reason, reason

WHAT = {
    EntityType.LIKE: ("like", "这个赞", "点赞"),
    EntityType.ACCOUNT: ("account", "该账号", "账号"),
    EntityType.CONTENT: ("content", "这条内容", "内容"),
}


def _judged(entity: EntityType) -> tuple[Reason, Reason]:
    en, zh, _ = WHAT[entity]
    return (
        reason(
            f"{entity}_judged_fake",
            entity,
            Family.JUDGEMENT,
            (
                "a reviewer decided: invalid",
                f"A person looked at the {en} and decided that it is invalid engagement.",
            ),
            ("人工审核判定为异常", f"经人工审核，{zh}被判定为异常互动。"),
        ),
        reason(
            f"{entity}_judged_genuine",
            entity,
            Family.JUDGEMENT,
            (
                "a reviewer decided: genuine",
                f"A person looked at the {en} and decided that it is genuine.",
            ),
            ("人工审核判定为真实", f"经人工审核，{zh}被判定为真实。"),
        ),
    )


def _calibrated(entity: EntityType) -> Reason:
    en, _, zh = WHAT[entity]
    return reason(
        f"{entity}_calibrated",
        entity,
        Family.JUDGEMENT,
        (
            "what reviewers found where scores are alike",
            f"By {{labels}} labels, of {en}s that score alike, {{before}} becomes {{after}}.",
        ),
        (
            "按人工审核结果校准",
            f"根据 {{labels}} 条标注在得分相近的{zh}上的结果，{{before}} 校准为 {{after}}。",
        ),
    )


LABELS = (
    *(one for entity in WHAT for one in _judged(entity)),
    _calibrated(EntityType.LIKE),
    _calibrated(EntityType.ACCOUNT),
    reason(
        "ring_judged",
        EntityType.RING,
        Family.JUDGEMENT,
        (
            "what reviewers found among its members",
            "Of its members that people judged, {fake} were invalid and {genuine} genuine.",
        ),
        (
            "成员的人工审核结果",
            "在经人工审核的成员中，{fake} 个被判定为异常，{genuine} 个为真实。",
        ),
    ),
)
