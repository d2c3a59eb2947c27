"""The words of the product: event types, verdicts, provenance classes, roles, signals."""

from __future__ import annotations

from enum import StrEnum

EVENT_TYPES = (
    "other",
    "view",
    "like",
    "unlike",
    "comment",
    "share",
    "favorite",
    "follow",
    "impression",
)
"""Position = the code stored in ``events.event_type``; ``other`` stands for any unknown word."""

MICROSECONDS_PER_SECOND = 1_000_000
MICROSECONDS_PER_HOUR = 3_600 * MICROSECONDS_PER_SECOND
PROGRESS_UNITS = 1_000_000
"""``progress`` is stored as whole millionths, so that sums do not depend on their order."""
MILLIBITS_PER_BIT = 1_000
"""Weights are stored as whole thousandths of a bit (log2 odds), for the same reason."""


class Verdict(StrEnum):
    """What we believe about a like or an account."""

    GENUINE = "genuine"
    SUSPECT = "suspect"
    FAKE = "fake"
    UNKNOWN = "unknown"


class ContentVerdict(StrEnum):
    """What we believe about the like count of a content."""

    CLEAN = "clean"
    SUSPECT = "suspect"
    BOOSTED = "boosted"
    UNKNOWN = "unknown"


class Provenance(StrEnum):
    """Where one like comes from (数据溯源)."""

    GENUINE = "genuine"
    COURTESY = "courtesy"
    MUTUAL = "mutual"
    EXCHANGE = "exchange"
    CROWD = "crowd"
    MATRIX = "matrix"
    FARM = "farm"
    DIRECT = "direct"
    UNKNOWN = "unknown"


class RingKind(StrEnum):
    """What kind of ring the evidence proves; ``lockstep`` when no finer kind is proven."""

    COURTESY = "courtesy"
    MUTUAL = "mutual"
    EXCHANGE = "exchange"
    CROWD = "crowd"
    MATRIX = "matrix"
    FARM = "farm"
    DIRECT = "direct"
    LOCKSTEP = "lockstep"


class Role(StrEnum):
    """What an account does in a ring."""

    NONE = "none"
    SUPPLIER = "supplier"
    MEMBER = "member"
    BENEFICIARY = "beneficiary"


class EntityType(StrEnum):
    """What a signal is about."""

    LIKE = "like"
    ACCOUNT = "account"
    CONTENT = "content"
    PAIR = "pair"
    RING = "ring"


class RingChange(StrEnum):
    """What became of a ring since an earlier scan."""

    NEW = "new"
    SAME = "same"
    GROWN = "grown"
    SHRUNK = "shrunk"
    MERGED = "merged"
    SPLIT = "split"


class Family(StrEnum):
    """Kinds of evidence that fail independently; corroboration counts families, not signals."""

    PATH = "path"
    DEPTH = "depth"
    TIME = "time"
    ORIGIN = "origin"
    REGISTRATION = "registration"
    LIFE = "life"
    CHOICE = "choice"
    TARGETS = "targets"
    TRADE = "trade"
    JUDGEMENT = "judgement"


PRIOR_BITS = {"like": -7.0, "account": -8.0, "content": -6.0, "ring": -7.0}
"""Before looking: one like in 128, one account in 256, one content in 64, one group in 128 (log2
odds)."""
LEAST_FAKE_MILLIBITS = 4_248
"""Log odds of 0.95: no budget, however large, makes a verdict ``fake`` or ``boosted`` of less, and
no ring surely bought (thousandths of a bit)."""
CORROBORATION_BITS = 2.0
"""So much a family of evidence must say to count as one that speaks against a ring; it takes two,
and neither ``choice`` nor ``judgement``, what people said of single members, is one."""

MOST_USERS = 20
"""An address that more accounts use is a carrier's, an office's or a campus's."""


class Step(StrEnum):
    """What an enforcement action does to an account, from mild to severe."""

    DISCOUNT_LIKES = "discount_likes"
    LIMIT_LIKING = "limit_liking"
    REDUCE_REACH = "reduce_reach"
    SUSPEND_EARNINGS = "suspend_earnings"
    SUSPEND_ACCOUNT = "suspend_account"


SEVERE_STEPS = frozenset({Step.SUSPEND_EARNINGS, Step.SUSPEND_ACCOUNT})
"""Never without a person: the ledger takes no such action that nobody decided."""
