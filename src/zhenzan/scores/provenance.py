"""Where the likes of a content come from, told so that nobody can be singled out."""

from __future__ import annotations

FEWEST = 10
"""A class of fewer likes is not told of."""

LIKE_MIX = """
SELECT v.content, CASE WHEN v.verdict IN ('fake', 'suspect') THEN 1 ELSE 0 END AS called,
       CASE WHEN v.verdict IN ('fake', 'suspect') AND p.provenance = 'unknown' THEN 'unproven'
            ELSE p.provenance END AS provenance, count(*) AS likes
FROM like_verdicts v JOIN like_classes p ON p."like" = v."like"
GROUP BY v.content, CASE WHEN v.verdict IN ('fake', 'suspect') THEN 1 ELSE 0 END,
         CASE WHEN v.verdict IN ('fake', 'suspect') AND p.provenance = 'unknown' THEN 'unproven'
              ELSE p.provenance END
"""

PROVENANCE = """
SELECT content, CASE WHEN shown = 1 THEN provenance ELSE 'hidden' END AS provenance,
       cast(sum(likes) AS bigint) AS likes
FROM (
    SELECT content, provenance, likes, all_likes,
           CASE WHEN likes < {fewest} OR (small = 1 AND likes = smallest) THEN 0 ELSE 1 END AS shown
    FROM (
        SELECT content, provenance, likes,
               sum(likes) OVER (PARTITION BY content) AS all_likes,
               max(CASE WHEN likes < {fewest} THEN 1 ELSE 0 END)
               OVER (PARTITION BY content, called) AS small,
               min(CASE WHEN likes < {fewest} THEN NULL ELSE likes END)
               OVER (PARTITION BY content, called) AS smallest
        FROM like_mix
    )
) WHERE all_likes >= {fewest}
GROUP BY content, CASE WHEN shown = 1 THEN provenance ELSE 'hidden' END
"""
"""A content's likes, its removed ones and its discounted ones are told elsewhere, so the likes that
were called and those that were not are two known totals. Where one of them holds a class under 10,
the smallest of its other classes is hidden too (all of them, if several are equally small: which
one was taken would tell): what is left of the total then has more than one explanation."""


def provenance_query(fewest: int = FEWEST) -> str:
    """The query of ``content_provenance``, which hides classes of fewer than ``fewest`` likes."""
    return PROVENANCE.format(fewest=fewest)
