"""What would raise a content's or an author's health."""

from __future__ import annotations

from zhenzan.model import EntityType, Family
from zhenzan.reasons.reason import reason

HEALTH = (
    reason(
        "content_likes_removed",
        EntityType.CONTENT,
        Family.CHOICE,
        (
            "likes removed or discounted",
            "Of {likes} likes, {removed_likes} are removed and {discounted_likes} discounted.",
        ),
        (
            "点赞被剔除或打折",
            "{likes} 个点赞中，{removed_likes} 个被剔除，{discounted_likes} 个被打折计入。",
        ),
    ),
    reason(
        "content_likes_untimely",
        EntityType.CONTENT,
        Family.TIME,
        (
            "likes at hours without views",
            "{timely_likes} of {likes} likes are sound and came in an hour with as many views.",
        ),
        (
            "点赞时段缺少播放",
            "{likes} 个点赞中，仅 {timely_likes} 个有效且所在小时有相应的播放量。",
        ),
    ),
    reason(
        "content_likes_shallow",
        EntityType.CONTENT,
        Family.DEPTH,
        (
            "likes without watching",
            "{deep_likes} of {likes} likes are sound and by accounts that watched a quarter of it "
            "or did more than like it.",
        ),
        (
            "点赞缺少观看",
            "{likes} 个点赞中，仅 {deep_likes} 个有效且其账号看过四分之一以上或有其他互动。",
        ),
    ),
)
"""The facts are columns of ``contents`` and ``authors``."""
