"""Reason codes of rings: who the members are, how many, and what else they live for."""

from __future__ import annotations

from zhenzan.model import EntityType, Family
from zhenzan.reasons.reason import reason

MEMBERS = (
    reason(
        "ring_small",
        EntityType.RING,
        Family.CHOICE,
        (
            "as small as a family",
            "The group has {members} members; families and circles of friends are that small.",
        ),
        ("规模如同家庭或好友圈", "该群体只有 {members} 个成员，家庭与好友圈也是这样的规模。"),
    ),
    reason(
        "ring_team",
        EntityType.RING,
        Family.CHOICE,
        (
            "small enough for a team",
            "With fewer than {most} members, {members}, an office, a class or a branch may act at "
            "one time, for one cause, on accounts kept for it, or go where its teacher sends it: "
            "another kind of evidence is needed before anybody is called fake.",
        ),
        (
            "规模可能只是一个小团队",
            "成员 {members} 个，不足 {most} 个：办公室、班级或分支机构也可能同时、为同一目的、"
            "用专设账号行动，或应老师要求前去点赞；还需要另一类证据才会判定为异常。",
        ),
    ),
    reason(
        "ring_cohort",
        EntityType.RING,
        Family.REGISTRATION,
        (
            "registered together",
            "Among {members} members, {times} times as many pairs registered close together as "
            "chance would have it.",
        ),
        ("集中注册", "{members} 个成员中，注册时间相近的账号对是随机情形的 {times} 倍。"),
    ),
    reason(
        "ring_dedicated",
        EntityType.RING,
        Family.LIFE,
        (
            "like little else, all alike",
            "{dedicated} of {members} members like so little besides the targets that at least "
            "half of the others who are as active like more. In a group that means it, members are "
            "as busy as anybody, some more and some less.",
        ),
        (
            "很少点赞其他内容，且彼此相似",
            "{members} 个成员中有 {dedicated} 个除目标内容外点赞很少："
            "同样活跃的其他账号中，至少一半点赞更多。真实的群体中，成员有忙有闲，与常人无异。",
        ),
    ),
    reason(
        "ring_throwaways",
        EntityType.RING,
        Family.LIFE,
        (
            "made for their orders",
            "{members} accounts that hardly exist otherwise gave the likes ordered on {targets} "
            "contents. Orders are one ring where they come from the same addresses, devices or "
            "accounts; what is unusual about each stands at its content.",
        ),
        (
            "为下单而生的一次性账号",
            "{members} 个几乎没有其他活动的账号在 {targets} 条内容上按单点赞。"
            "来自相同地址、设备或账号的订单归为一个团伙；每个订单的异常之处见对应内容。",
        ),
    ),
    reason(
        "ring_fragments",
        EntityType.RING,
        Family.CHOICE,
        (
            "others fill the same orders",
            "{members} further accounts, which came in {groups} smaller groups, like the same "
            "posts of the same customers and hardly any other of theirs. The other evidence is on "
            "the rest of the ring.",
        ),
        (
            "另有账号完成同样的订单",
            "另有 {members} 个账号分成 {groups} 个较小的群体，点赞的是同一批客户的同一批内容，"
            "几乎不碰这些客户的其他内容。其余证据针对团伙的主体。",
        ),
    ),
)
