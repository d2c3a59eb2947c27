"""The reason codes that detectors give, by kind of evidence."""

from __future__ import annotations

from zhenzan.model import EntityType, Family
from zhenzan.reasons.reason import reason

PATH = (
    reason(
        "account_likes_unseen",
        EntityType.ACCOUNT,
        Family.PATH,
        (
            "likes without viewing",
            "{hits} of its {likes} likes have no view of the content before them; "
            "{usual_percent}% is usual in this log.",
        ),
        (
            "未观看即点赞的比例过高",
            "该账号 {likes} 个点赞中有 {hits} 个之前没有观看记录；"
            "本日志的通常比例为 {usual_percent}%。",
        ),
    ),
    reason(
        "account_likes_glanced",
        EntityType.ACCOUNT,
        Family.PATH,
        (
            "likes after a glance",
            "{hits} of its {likes} watched likes follow a glance, shorter than nine in ten of the "
            "views that lead to a like; {usual_percent}% is usual in this log.",
        ),
        (
            "一瞥即点赞的比例过高",
            "该账号 {likes} 个有观看时长的点赞中，有 {hits} 个只看了一瞥（短于点赞前观看的九成）；"
            "本日志的通常比例为 {usual_percent}%。",
        ),
    ),
    reason(
        "like_unseen",
        EntityType.LIKE,
        Family.PATH,
        (
            "liked without viewing",
            "The account has no view of this content before the like, as is so of "
            "{usual_percent}% of the likes in this log.",
        ),
        (
            "未观看即点赞",
            "该账号在点赞之前没有观看过这条内容；本日志中这样的点赞通常占 {usual_percent}%。",
        ),
    ),
)

TIME = (
    reason(
        "content_burst",
        EntityType.CONTENT,
        Family.TIME,
        (
            "more likes than its audience explains",
            "{likes} likes within {minutes} minutes, where {expected} were to be expected.",
        ),
        (
            "点赞激增且没有相应的观众",
            "{minutes} 分钟内有 {likes} 个点赞，按其自身情况预计为 {expected} 个。",
        ),
    ),
    reason(
        "like_in_burst",
        EntityType.LIKE,
        Family.TIME,
        (
            "given in a burst",
            "It came among {likes} likes within {minutes} minutes, where {expected} were to be "
            "expected.",
        ),
        (
            "处于点赞激增时段",
            "该点赞处于 {minutes} 分钟内 {likes} 个点赞的激增之中，预计应为 {expected} 个。",
        ),
    ),
    reason(
        "content_same_second",
        EntityType.CONTENT,
        Family.TIME,
        (
            "likes in the same second",
            "{likes} likes share a second with an earlier one; the pace of their minutes predicts "
            "{expected}.",
        ),
        (
            "同一秒内扎堆点赞",
            "有 {likes} 个点赞与更早的点赞落在同一秒；按当时每分钟的节奏，预计为 {expected} 个。",
        ),
    ),
    reason(
        "content_steady",
        EntityType.CONTENT,
        Family.TIME,
        (
            "likes at even intervals",
            "Its likes come so evenly that a steady delivery is {times_likelier} times likelier "
            "than people who come as they please.",
        ),
        (
            "点赞间隔过于均匀",
            "其点赞间隔极为均匀：匀速投放的可能性是自然到来的 {times_likelier} 倍。",
        ),
    ),
    reason(
        "content_sleepless",
        EntityType.CONTENT,
        Family.TIME,
        (
            "likes by night without viewers",
            "{likes} likes by night, not counting its busiest night, where its views by night and "
            "its {day_likes} likes by day predict {expected}.",
        ),
        (
            "夜间点赞缺少观众",
            "除最热闹的一夜外，夜间有 {likes} 个点赞；按其夜间播放量和白天的 {day_likes} 个点赞，"
            "预计为 {expected} 个。",
        ),
    ),
)

ORIGIN = (
    reason(
        "account_shared_device",
        EntityType.ACCOUNT,
        Family.ORIGIN,
        (
            "shares a device and its choices",
            "{accounts} accounts use its device, {partners} of the others like the same contents; "
            "of the {authors} authors it liked there, {common} are shared, where {expected} were "
            "to be expected.",
        ),
        (
            "共用设备且点赞相同内容",
            "其设备上有 {accounts} 个账号，其中 {partners} 个与它点赞相同内容；"
            "它在该设备上点赞的 {authors} 位作者中有 {common} 位与他人重合，预计为 {expected} 位。",
        ),
    ),
    reason(
        "account_shared_address",
        EntityType.ACCOUNT,
        Family.ORIGIN,
        (
            "shares an address and its choices",
            "Up to {accounts} accounts stand behind its addresses, {partners} of the others like "
            "the same contents; of the {authors} authors it liked from there, {common} are shared, "
            "where {expected} were to be expected.",
        ),
        (
            "共用网络地址且点赞相同内容",
            "其网络地址背后最多有 {accounts} 个账号，其中 {partners} 个与它点赞相同内容；"
            "它从这些地址点赞的 {authors} 位作者中有 {common} 位与他人重合，预计为 {expected} 位。",
        ),
    ),
)

CHOICE = (
    reason(
        "pair_lockstep",
        EntityType.PAIR,
        Family.CHOICE,
        (
            "act together",
            "The two accounts liked {contents} contents within {window_s} seconds of each other; "
            "the rushes that each was in predict {expected}.",
        ),
        (
            "步调一致",
            "这两个账号在 {contents} 条内容上的点赞相隔不到 {window_s} 秒；"
            "按各自所处的热潮，预计为 {expected} 条。",
        ),
    ),
    reason(
        "pair_common_contents",
        EntityType.PAIR,
        Family.CHOICE,
        (
            "choose alike",
            "The two accounts liked {shared} contents in common; popularity, activity and taste "
            "predict {expected}.",
        ),
        (
            "选择高度重合",
            "这两个账号点赞了 {shared} 条相同内容；"
            "按内容热度、活跃程度和口味，预计为 {expected} 条。",
        ),
    ),
)

LIFE = (
    reason(
        "content_throwaway_likes",
        EntityType.CONTENT,
        Family.REGISTRATION,
        (
            "liked by accounts that hardly exist",
            "{likes} of its likes come from accounts with at most {events} events in the whole "
            "log, where {expected} were to be expected; {single_percent}% of these accounts looked "
            "at nothing that they did not like, {shallow_percent}% did nothing else.",
        ),
        (
            "点赞者几乎没有其他活动",
            "该内容有 {likes} 个赞来自整个日志中至多 {events} 次活动的账号，预计为 {expected} 个；"
            "其中 {single_percent}% 的账号看过的内容全都点了赞，"
            "{shallow_percent}% 没有任何其他互动。",
        ),
    ),
    reason(
        "like_of_throwaway",
        EntityType.LIKE,
        Family.REGISTRATION,
        (
            "by an account that hardly exists",
            "The account has at most {events} events in the whole log; this content has {likes} "
            "likes of such accounts, where {expected} were to be expected.",
        ),
        (
            "来自几乎没有其他活动的账号",
            "该账号在整个日志中至多 {events} 次活动；这条内容有 {likes} 个此类账号的赞，"
            "预计为 {expected} 个。",
        ),
    ),
    reason(
        "account_throwaway",
        EntityType.ACCOUNT,
        Family.REGISTRATION,
        (
            "exists for one order",
            "It has at most {events} events in the whole log and liked a content with {likes} "
            "likes of such accounts, where {expected} were to be expected.",
        ),
        (
            "为单个订单而存在",
            "该账号在整个日志中至多 {events} 次活动，且点赞的内容有 {likes} 个此类账号的赞，"
            "预计为 {expected} 个。",
        ),
    ),
)
