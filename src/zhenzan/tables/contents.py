"""The output tables that tell of contents and their authors."""

from __future__ import annotations

from zhenzan.tables.columns import INT, REAL, REASONS, TEXT, TIME, Table, column, nullable

COUNTED = (
    column("true_likes", REAL, "expected number of genuine ones"),
    column("true_likes_low", REAL, "lower end of its 90% interval"),
    column("true_likes_high", REAL, "upper end of its 90% interval"),
)
HEALTH = (
    column("health", REAL, "0–100, of the parts that the log can tell of"),
    column("health_parts", TEXT, "JSON: points by part; they add up to health"),
    column("health_reasons", REASONS, "what would raise it, reason codes, most points first"),
    nullable(
        "timely_likes",
        INT,
        "likes neither removed nor discounted that came in an hour with as many views; null "
        "without a view log",
    ),
    nullable(
        "deep_likes",
        INT,
        "likes neither removed nor discounted whose account watched a quarter, or did more than "
        "like; null without a view log",
    ),
)
"""What is told of contents and of authors alike."""

CONTENTS = Table(
    "contents",
    "output",
    ("content_id",),
    "One row per content that was endorsed. `likes` = those counted in full + `discounted_likes` "
    "+ `removed_likes`.",
    (
        column("content_id", TEXT, "what"),
        nullable("author_id", TEXT, "whose"),
        column("likes", INT, "endorsements received"),
        column("discounted_likes", INT, "of these, verdict suspect: counted at their probability"),
        column("removed_likes", INT, "of these, verdict fake"),
        *COUNTED,
        nullable("engagement_score", REAL, "0–100, among peers; null = insufficient data"),
        nullable("engagement_low", REAL, "lower end of its 90% interval"),
        nullable("engagement_high", REAL, "upper end of its 90% interval"),
        nullable("engagement_parts", TEXT, "JSON: points by part; they add up to the score"),
        nullable("peer_group", TEXT, "whom it was compared with, see peers"),
        *HEALTH,
        nullable(
            "exposure",
            REAL,
            "0–100, for a recommender: engagement_score, less the share of likes from whom the "
            "author is tied to",
        ),
        column("score", REAL, "probability that its count was boosted, 0–1"),
        column("verdict", TEXT, "clean, suspect, boosted or unknown"),
        column("reasons", REASONS, "reason codes, strongest first"),
    ),
)

AUTHORS = Table(
    "authors",
    "output",
    ("author_id",),
    "One row per author with a content that was endorsed; none where the log does not say who "
    "wrote what.",
    (
        column("author_id", TEXT, "an account"),
        column("contents", INT, "contents that were endorsed"),
        column("likes", INT, "endorsements these received"),
        column("discounted_likes", INT, "of these, verdict suspect"),
        column("removed_likes", INT, "of these, verdict fake"),
        *COUNTED,
        nullable(
            "engagement_score",
            REAL,
            "mean of its contents', by genuine viewers; null = insufficient data",
        ),
        nullable("engagement_low", REAL, "mean of the lower ends"),
        nullable("engagement_high", REAL, "mean of the upper ends"),
        *HEALTH,
        column("clean", INT, "contents with this verdict"),
        column("suspect", INT, "contents with this verdict"),
        column("boosted", INT, "contents with this verdict"),
        column("unknown", INT, "contents with this verdict"),
        column("verdict", TEXT, "of its account: genuine, suspect, fake or unknown"),
        column("role", TEXT, "of its account: none, supplier, member or beneficiary"),
        column("credit", INT, "of its account, 0–100"),
        column(
            "ties",
            REASONS,
            "what ties it to who gave it false likes: trade, device or "
            "organization; empty = nothing does",
        ),
    ),
)

CURVES = Table(
    "curves",
    "output",
    ("content_id", "ts"),
    "Hour by hour, the likes of every content with at least 5 of them, or that is suspect or "
    "boosted, beside what views predict: one row per hour in which anything happened, so never "
    "more rows than events.",
    (
        column("content_id", TEXT, "what"),
        column("ts", TIME, "start of the hour"),
        column("likes", INT, "endorsements in that hour"),
        column("fake_likes", INT, "of these, verdict fake"),
        nullable("views", INT, "views in that hour; null without a view log"),
        nullable("expected_likes", REAL, "what the views predict; null without a view log"),
    ),
)

RETENTION = Table(
    "retention",
    "output",
    ("content_id", "tenth"),
    "Where viewers leave: eleven rows per endorsed content with at least 20 viewers of whom it is "
    "logged how much they watched.",
    (
        column("content_id", TEXT, "what"),
        column("tenth", INT, "tenths of the content, 0–10"),
        column("viewers", INT, "accounts that watched at least so much; at 0, all of them"),
        column("genuine_viewers", INT, "of these, whose engagement is genuine"),
    ),
)

SOURCES = Table(
    "sources",
    "output",
    ("content_id", "source"),
    "How accounts reached each endorsed content. The 20 most usual sources of the log have their "
    "own word, all others are `other`.",
    (
        column("content_id", TEXT, "what"),
        column("source", TEXT, "as logged; `unlogged` where it is not"),
        column("views", INT, "views by this way"),
        column("likes", INT, "endorsements by this way"),
        column("fake_likes", INT, "of these, verdict fake"),
    ),
)

ENGAGEMENT = Table(
    "engagement",
    "output",
    ("content_id",),
    "What accounts did with each endorsed content, all of it beside what is genuine: by accounts "
    "that are neither fake nor suspect nor the author, and whose like of it, if any, is neither.",
    (
        column("content_id", TEXT, "what"),
        nullable(
            "views", INT, "views; null without a view log, as all that follows without its events"
        ),
        nullable("viewers", INT, "accounts that viewed it"),
        nullable("genuine_viewers", INT, "of these, genuine"),
        nullable("watchers", INT, "genuine viewers of whom it is logged how much they watched"),
        nullable("finishers", INT, "of these, who watched at least 90%"),
        nullable(
            "timed_viewers", INT, "genuine viewers of whom it is logged how long they watched"
        ),
        nullable("watch_seconds", INT, "how long these watched, s, at most 180 each"),
        nullable("comments", INT, "comments"),
        nullable("genuine_comments", INT, "comments by genuine accounts, at most 3 each"),
        nullable("genuine_commenters", INT, "genuine accounts that commented"),
        nullable("shares", INT, "shares"),
        nullable("genuine_sharers", INT, "genuine accounts that shared"),
        nullable("share_arrivals", INT, "genuine viewers who came by a share"),
        nullable("favorites", INT, "favourites"),
        nullable("genuine_favorites", INT, "genuine accounts that made it a favourite"),
        nullable("follows", INT, "follows from it"),
        nullable("genuine_follows", INT, "genuine accounts that followed from it"),
    ),
)

PEERS = Table(
    "peers",
    "output",
    ("peer_group", "part"),
    "Whom contents are compared with: each group of peers, and its mean rate in each part of the "
    "engagement score.",
    (
        column("peer_group", TEXT, "topic, size and age of its members, as JSON; null = any"),
        column("part", TEXT, "part of the engagement score"),
        column("contents", INT, "contents in the group that have a score"),
        column("rate", REAL, "mean rate per genuine viewer (dwell: s)"),
    ),
)

PROVENANCE = Table(
    "provenance",
    "output",
    ("content_id", "provenance"),
    "Where the likes of each content with at least 10 come from (数据溯源), for people outside: "
    "classes of fewer than 10 likes are hidden, and others with them, so that no total gives them "
    "away.",
    (
        column("content_id", TEXT, "what"),
        column("provenance", TEXT, "class of likes; `hidden` for those of all classes not shown"),
        column("likes", INT, "likes of that class"),
    ),
)
