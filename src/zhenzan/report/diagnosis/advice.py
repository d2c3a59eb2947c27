"""What to do about it by lawful means: each advice hangs on a figure that warrants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhenzan.report.wording import percent, small, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.report.diagnosis.audience import Leaving
    from zhenzan.report.diagnosis.honest_count import AuthorCount
    from zhenzan.report.diagnosis.hours import Posting
    from zhenzan.report.diagnosis.measures import Figure

BY_MEASURE = {
    "completion": "completion",
    "search": "keywords",
    "comments": "conversation",
    "follows": "community",
    "community": "return",
    "shares": "worth_sharing",
}
"""Measure → the advice that its being a problem warrants."""


@dataclass(frozen=True)
class Advice:
    """One advice.

    Attributes:
        name: Its key in the texts: ``advice.<name>`` is what to do, ``advice.<name>_figure`` the
            figure that warrants it.
        values: The figure's placeholders, as people read them.
    """

    name: str
    values: dict[str, str] = field(default_factory=dict)


def advise(
    count: AuthorCount,
    figures: Sequence[Figure],
    leaving: Leaving | None,
    posting: Posting | None,
) -> tuple[Advice, ...]:
    """What the figures warrant, and nothing else; empty where none does."""
    found: list[Advice] = []
    if count.boosted:
        found.append(Advice("bought", {"contents": whole(count.boosted)}))
    by_name = {figure.measure.name: figure for figure in figures}
    for figure in figures:
        name = BY_MEASURE.get(figure.measure.name)
        if name is not None and figure.standing == "problem":
            found.append(Advice(name, _beside_field(figure)))
            if name == "completion" and leaving is not None and leaving.from_tenth is not None:
                found.append(Advice("leaving", _where(leaving)))
    if posting is not None and posting.own_share < posting.even_share:
        found.append(Advice("posting", _when(posting)))
    if _is_overlooked(by_name["completion"], by_name["reach"]):
        found.append(Advice("programmes", _overlooked(by_name["completion"], by_name["reach"])))
    return tuple(found)


def _beside_field(figure: Figure) -> dict[str, str]:
    own = f"<{percent(10, figure.part.whole)}" if figure.part else ""
    if figure.value is not None:
        own = percent(figure.value, 1)
    return {"own": own, "median": percent(figure.median or 0.0, 1)}


def _where(leaving: Leaving) -> dict[str, str]:
    return {
        "start": f"{10 * (leaving.from_tenth or 0)}%",
        "end": f"{10 * (leaving.to_tenth or 0)}%",
        "lost": percent(leaving.lost, 1),
        "field_lost": percent(leaving.field_lost, 1),
    }


def _when(posting: Posting) -> dict[str, str]:
    return {
        "posts": whole(posting.posts),
        "own": percent(posting.own_share, 1),
        "best": percent(posting.best_share, 1),
        "hour": f"{posting.best_hour:02}:00",
        "even": percent(posting.even_share, 1),
    }


def _is_overlooked(completion: Figure, reach: Figure) -> bool:
    """Who stays to the end as others do or better, and is shown to fewer than half as many."""
    if completion.standing not in {"strength", "even"} or completion.median is None:
        return False
    if reach.value is None or reach.median is None:
        return False
    return reach.value < reach.median / 2


def _overlooked(completion: Figure, reach: Figure) -> dict[str, str]:
    values = _beside_field(completion)
    return {
        **values,
        "reach": small(reach.value or 0.0),
        "field_reach": small(reach.median or 0.0),
    }
