"""What evidence says when it is carried on: from rings to members and targets, to single likes."""

from __future__ import annotations

from zhenzan.model import EntityType, Family
from zhenzan.reasons.reason import reason

CARRIED = (
    reason(
        "ring_member",
        EntityType.ACCOUNT,
        Family.CHOICE,
        (
            "member of a ring",
            "The account belongs to ring {ring_id} of {members} accounts; {ring_likes} of its "
            "{likes} likes are the ring's.",
        ),
        (
            "团伙成员",
            "该账号属于团伙 {ring_id}（共 {members} 个账号），其 {likes} 个赞中有 {ring_likes} 个"
            "来自该团伙。",
        ),
    ),
    reason(
        "ring_target_like",
        EntityType.LIKE,
        Family.CHOICE,
        (
            "a ring's like of its target",
            "{members} members of ring {ring_id}, this account among them, like this content.",
        ),
        ("团伙对目标的点赞", "团伙 {ring_id} 中包括该账号在内的 {members} 个成员点赞了这条内容。"),
    ),
    reason(
        "ring_target_content",
        EntityType.CONTENT,
        Family.CHOICE,
        ("target of a ring", "{members} members of ring {ring_id} like this content."),
        ("团伙的目标", "团伙 {ring_id} 的 {members} 个成员点赞了这条内容。"),
    ),
    reason(
        "like_of_staged_account",
        EntityType.LIKE,
        Family.LIFE,
        (
            "cover of a staged account",
            "The {members} accounts of ring {ring_id}, this one among them, registered together "
            "or live for its orders only; what else they like is cover.",
        ),
        (
            "养号账号的掩护",
            "团伙 {ring_id} 的 {members} 个账号（包括该账号）集中注册或只为刷单而活动，"
            "其余点赞是掩护。",
        ),
    ),
    reason(
        "like_beside_order",
        EntityType.LIKE,
        Family.TARGETS,
        (
            "came looking for what was ordered",
            "Ring {ring_id} was sent to this content. Besides it {sought} accounts came looking "
            "for it, where its other likes predict {expected}.",
        ),
        (
            "主动来找被下单的内容",
            "团伙 {ring_id} 被派来点赞这条内容；此外还有 {sought} 个账号主动找来，"
            "而按其他点赞推算应有 {expected} 个。",
        ),
    ),
    reason(
        "like_of_fake_account",
        EntityType.LIKE,
        Family.PATH,
        (
            "given by a suspect account",
            "The account's own signals, {signals} of them, make it suspect.",
        ),
        ("来自可疑账号", "该账号自身的 {signals} 条信号使其可疑。"),
    ),
)
