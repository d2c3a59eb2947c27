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
