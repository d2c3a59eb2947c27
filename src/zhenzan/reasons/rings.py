"""Reason codes of rings: what each witness asks."""

from __future__ import annotations

from zhenzan.model import EntityType, Family
from zhenzan.reasons.reason import reason

RINGS = (
    reason(
        "ring_common_choice",
        EntityType.RING,
        Family.CHOICE,
        (
            "chose alike beyond chance",
            "{members} accounts chose the same {targets} contents far more often than popularity "
            "and activity explain. Honest groups do so too; by itself it proves nothing.",
        ),
        (
            "选择高度一致",
            "{members} 个账号选择了同样的 {targets} 条内容，远超热度与活跃度所能解释的程度。"
            "真实群体也会如此，单凭这一点不能说明问题。",
        ),
    ),
    reason(
        "ring_order_times",
        EntityType.RING,
        Family.TIME,
        (
            "likes come at each target's own moment",
            "Over {contents} targets, {effect_percent}% of the variation in delay after "
            "publication lies between targets: 0% is one law for all, as audiences have; 100% is "
            "a delivery at its own time for each.",
        ),
        (
            "点赞按单到达",
            "在 {contents} 条目标内容上，发布后延迟的差异有 {effect_percent}% 来自内容之间："
            "0% 表示遵循同一规律（真实受众如此），100% 表示每条内容各按各的下单时间集中到账。",
        ),
    ),
    reason(
        "ring_synchrony",
        EntityType.RING,
        Family.TIME,
        (
            "likes close together in time",
            "On {contents} targets the ring's likes lie within {spread_s} seconds of their "
            "middle; {closer_percent}% of other contents' likes lie as close.",
        ),
        (
            "时间高度集中",
            "在 {contents} 条目标内容上，该团伙的点赞集中在中位时间前后 {spread_s} 秒内；"
            "其他内容中只有 {closer_percent}% 如此集中。",
        ),
    ),
    reason(
        "ring_conversion",
        EntityType.RING,
        Family.PATH,
        (
            "whatever they look at they like",
            "Of {trials} times that a member looked at a target, {percent}% ended in a like; "
            "elsewhere it is {usual_percent}%.",
        ),
        (
            "看了必赞",
            "成员 {trials} 次观看目标内容，{percent}% 都点了赞；其他账号的"
            "这一比例为 {usual_percent}%。",
        ),
    ),
    reason(
        "ring_shallow",
        EntityType.RING,
        Family.DEPTH,
        (
            "likes and nothing else",
            "{percent}% of {trials} likes of targets came without a comment, share, favourite or "
            "follow by the same member; elsewhere it is {usual_percent}%.",
        ),
        (
            "只点赞，别无互动",
            "{trials} 个目标点赞中，{percent}% 没有同一成员的评论、分享、收藏或关注；"
            "其他账号为 {usual_percent}%。",
        ),
    ),
    reason(
        "ring_rootless",
        EntityType.RING,
        Family.ORIGIN,
        (
            "come back to no address",
            "Of {members} members who came often enough, {percent}% never came back to an address "
            "they had used on another day; of others who come as often, {usual_percent}% never do.",
        ),
        (
            "从不回到同一地址",
            "在来访次数足够的 {members} 个成员中，{percent}% 从未在另一天回到用过的网络地址；"
            "来访同样频繁的其他账号中，这一比例为 {usual_percent}%。",
        ),
    ),
    reason(
        "ring_own_addresses",
        EntityType.RING,
        Family.ORIGIN,
        (
            "addresses that the ring has to itself",
            "{percent}% of {members} members live behind addresses used by more than a household "
            "of the ring and hardly anybody else.",
        ),
        (
            "独占的网络地址",
            "{members} 个成员中，{percent}% 日常使用的地址由该团伙多人共用（超过一个家庭），"
            "且几乎没有其他账号使用。",
        ),
    ),
    reason(
        "ring_ordered_posts",
        EntityType.RING,
        Family.TARGETS,
        (
            "only some posts of each author",
            "Of {authors} authors with several posts, the ring hits single posts that others do "
            "not prefer: concentration {effect_percent}% (0% = as others do, 100% = single "
            "posts only).",
        ),
        (
            "只点指定作品",
            "在 {authors} 位有多条作品的作者中，该团伙集中点赞其他人并不偏好的个别作品："
            "集中度 {effect_percent}%（0% 与他人一致，100% 只点个别作品）。",
        ),
    ),
    reason(
        "ring_ledger",
        EntityType.RING,
        Family.TRADE,
        (
            "likes stay inside the ring",
            "{percent}% of the {authors} authors whom the ring likes belong to it: a ledger that "
            "closes, whoever gives to whom.",
        ),
        (
            "点赞在团伙内部流转",
            "该团伙点赞的 {authors} 位作者中，{percent}% 本身就是成员：无论谁赞谁，账目是闭合的。",
        ),
    ),
    reason(
        "ring_courtesy",
        EntityType.RING,
        Family.TRADE,
        (
            "a circle of friends",
            "{percent}% of the {authors} authors whom these {members} accounts like are among "
            "them: a circle as small as that is friends.",
        ),
        (
            "好友圈互赞",
            "这 {members} 个账号点赞的 {authors} 位作者中，{percent}% 就在其中："
            "这么小的圈子是朋友。",
        ),
    ),
    reason(
        "ring_sleepless",
        EntityType.RING,
        Family.TIME,
        (
            "come by night as by day",
            "{percent}% of the ring's {likes} likes come in its six quietest hours of the day; in "
            "this log {usual_percent}% do. Without a night it would be 25%.",
        ),
        (
            "昼夜不分",
            "团伙的 {likes} 个点赞中，{percent}% 落在一天中最安静的六小时；本日志通常为 "
            "{usual_percent}%，完全不分昼夜则为 25%。",
        ),
    ),
    reason(
        "ring_fringeless",
        EntityType.RING,
        Family.TARGETS,
        (
            "nobody takes part a little",
            "{fringe} accounts besides the {members} members like two or more of the {targets} "
            "targets; {expected} were to be expected by chance. The ring came on {days} days. "
            "Around people who share an interest there are others who share it a little.",
        ),
        (
            "没有外围参与者",
            "除 {members} 个成员外，有 {fringe} 个账号点赞了 {targets} 个目标中的两个或以上，"
            "偶然情况下预期为 {expected} 个。团伙共在 {days} 天出现。"
            "有共同兴趣的人群周围总有兴趣较淡的人。",
        ),
    ),
    reason(
        "ring_unrelated_targets",
        EntityType.RING,
        Family.TARGETS,
        (
            "whether the targets share an audience",
            "Accounts outside any ring like two of the {authors} target authors together "
            "{pairs} times; {expected} were to be expected of strangers. Authors with a common "
            "audience score far above.",
        ),
        (
            "目标之间有无共同受众",
            "团伙之外的账号同时点赞这 {authors} 位目标作者中两位的次数为 {pairs} 次，"
            "互不相干的作者预期为 {expected} 次。有共同受众的作者会远高于预期。",
        ),
    ),
    reason(
        "ring_unseen",
        EntityType.RING,
        Family.PATH,
        (
            "likes without views",
            "{percent}% of the ring's likes of targets have no view before them; "
            "elsewhere it is {usual_percent}%.",
        ),
        (
            "未观看即点赞",
            "该团伙对目标的赞中，{percent}% 之前没有观看；其他账号为 {usual_percent}%。",
        ),
    ),
    reason(
        "ring_glanced",
        EntityType.RING,
        Family.PATH,
        (
            "likes after a glance",
            "{percent}% of the ring's viewed likes came after a glance; elsewhere it is "
            "{usual_percent}%. {exceeding} of {members} members do it more than nine in "
            "ten others.",
        ),
        (
            "一瞥即点赞",
            "该团伙有观看的赞中，{percent}% 只看了一眼；其他账号为 {usual_percent}%。"
            "{members} 个成员中有 {exceeding} 个比九成其他账号更常如此。",
        ),
    ),
    reason(
        "ring_delivered",
        EntityType.RING,
        Family.PATH,
        en=(
            "brought by the platform",
            "Of {likes} likes of targets, {percent}% came by recommendation or push, which no "
            "seller can arrange.",
        ),
        zh=(
            "由平台分发带来",
            "对目标的 {likes} 个赞中，{percent}% 来自推荐或推送，这不是卖方能安排的。",
        ),
    ),
    reason(
        "ring_sought",
        EntityType.RING,
        Family.PATH,
        (
            "goes there by itself",
            "The ring came to {percent}% of its targets by search, profile page or link of its "
            "own; elsewhere it is {usual_percent}%. {exceeding} of {members} members do it more "
            "than nine in ten others.",
        ),
        (
            "自行前往目标",
            "该团伙对目标的赞中，{percent}% 是自行通过搜索、主页或直接链接前往；其他账号为 "
            "{usual_percent}%。{members} 个成员中有 {exceeding} 个比九成其他账号更常如此。",
        ),
    ),
    reason(
        "ring_deviceless",
        EntityType.RING,
        Family.ORIGIN,
        (
            "likes without a device",
            "{percent}% of the ring's likes of targets name no device; elsewhere it is "
            "{usual_percent}%.",
        ),
        (
            "无设备点赞",
            "该团伙对目标的赞中，{percent}% 没有设备信息；其他账号为 {usual_percent}%。",
        ),
    ),
    reason(
        "ring_devices",
        EntityType.RING,
        Family.ORIGIN,
        (
            "members share devices",
            "{percent}% of {members} members are on a device with more than {limit} of the ring; "
            "elsewhere {usual_percent}% are on a device with more than {limit} accounts.",
        ),
        (
            "成员共用设备",
            "该团伙 {members} 个成员中，{percent}% 所在的设备上有 {limit} 个以上的团伙成员；"
            "其他账号中，所在设备超过 {limit} 个账号的占 {usual_percent}%。",
        ),
    ),
    reason(
        "ring_addresses",
        EntityType.RING,
        Family.ORIGIN,
        (
            "members share addresses",
            "{percent}% of {members} members are at an address with more than {limit} of the ring; "
            "elsewhere {usual_percent}% are at one with more than {limit} accounts. Campuses and "
            "carriers crowd too.",
        ),
        (
            "成员共用网络地址",
            "该团伙 {members} 个成员中，{percent}% 所在的网络地址上有 {limit} 个以上的团伙成员；"
            "其他账号中，所在地址超过 {limit} 个账号的占 {usual_percent}%。"
            "校园网与运营商网络也会如此。",
        ),
    ),
    reason(
        "ring_reciprocal",
        EntityType.RING,
        Family.TRADE,
        (
            "members like each other",
            "{authors} members post; of all pairs of members, {density_percent}% like the "
            "other's posts, and {returned_percent}% of these likes are returned.",
        ),
        (
            "成员互赞",
            "{authors} 个成员发布内容；成员之间有 {density_percent}% 的组合给对方点赞，"
            "其中 {returned_percent}% 得到回赞。",
        ),
    ),
    reason(
        "ring_murmurs",
        EntityType.RING,
        Family.CHOICE,
        (
            "several kinds of evidence that say little each",
            "{families} independent kinds of evidence say less than {least} bits each, and {bits} "
            "together: they count as one.",
        ),
        (
            "多类较弱的证据",
            "有 {families} 类独立证据各不足 {least} 比特，合计 {bits} 比特：合并计为一类。",
        ),
    ),
    reason(
        "ring_uncorroborated",
        EntityType.RING,
        Family.CHOICE,
        (
            "one kind of evidence only",
            "Besides acting together, {families} independent kinds of evidence speak against the "
            "ring; two are needed before anybody is called fake.",
        ),
        (
            "证据种类不足",
            "除行动一致之外，只有 {families} 类独立证据；至少需要两类才会判定为异常。",
        ),
    ),
)
