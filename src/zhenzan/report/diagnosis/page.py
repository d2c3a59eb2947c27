"""The page of a diagnosis: one self-contained file in either language."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from zhenzan.report import answer, charts
from zhenzan.report.diagnosis.measures import standings
from zhenzan.report.diagnosis.small_groups import FEWEST
from zhenzan.report.html import render
from zhenzan.report.texts import Texts
from zhenzan.report.wording import (
    identifier_html,
    moment,
    percent,
    rate,
    reason_title,
    rounded,
    small,
    whole,
)

if TYPE_CHECKING:
    from zhenzan.report.diagnosis.diagnosis import Diagnosis
    from zhenzan.report.diagnosis.honest_count import HonestCount
    from zhenzan.report.diagnosis.hours import Curve
    from zhenzan.report.diagnosis.measures import Figure, Measure
    from zhenzan.settings import Language

STEP_MS = 3_600_000


def diagnosis_page(diagnosis: Diagnosis, lang: Language) -> str:
    """The page of a diagnosis as HTML.

    Args:
        diagnosis: What a scan says of one author.
        lang: Language of the page.
    """
    t = Texts(lang)
    figures = diagnosis.figures
    values = {
        "summary": diagnosis.summary,
        "period": answer.period(diagnosis.summary, t),
        "d": diagnosis,
        "few": FEWEST,
        "headline": headline(diagnosis, t),
        "strengths": [_line(f, t) for f in standings(figures, "strength")],
        "problems": [_line(f, t) for f in standings(figures, "problem")],
        "too_little": [
            t(f"measure.{f.measure.name}") for f in figures if f.standing == "insufficient"
        ],
        "health_reasons": [reason_title(one, lang) for one in diagnosis.count.health_reasons],
        "own": lambda figure: own_text(figure, t),
        "rate_of": rate_text,
        "honest": lambda count: honest_text(count, t),
        "curve": _curve_values(diagnosis.curve, t),
        "leaving_chart": _leaving_chart(diagnosis, t),
    }
    return render("diagnosis.html.j2", t, values)


def headline(diagnosis: Diagnosis, t: Texts) -> Markup:
    """How many of the author's likes are real, in one sentence."""
    count = diagnosis.count.count
    author = Markup("{}").format(identifier_html(diagnosis.author_id))
    values = {
        "likes": t.count("like", count.likes),
        "contents": t.count("content", diagnosis.count.contents),
        "author": t.html("diagnosis.author", author=author),
    }
    if count.near is None or count.low is None or count.high is None:
        name = "headline_most" if count.at_most == count.likes else "headline_few"
        return t.strong(f"diagnosis.{name}", **values, few=FEWEST)
    near, low, high = rounded(count.near, count.low, count.high)
    if near == low == high == whole(count.likes):
        return t.strong("diagnosis.headline_all", **values)
    return t.strong("diagnosis.headline", **values, real=near, low=low, high=high)


def honest_text(count: HonestCount, t: Texts) -> str:
    """An honest count in few words: ``174 (171–177)``, ``under 10``."""
    if count.near is not None and count.low is not None and count.high is not None:
        near, low, high = rounded(count.near, count.low, count.high)
        return f"{near} ({low}–{high})"
    if count.at_most == count.likes:
        return t("diagnosis.over", value=whole(count.at_least - 1))
    return t("diagnosis.under", value=FEWEST)


def rate_text(measure: Measure, value: float | None) -> str:
    """A rate in the measure's own unit: ``4.1%``, ``20.6 s``, ``63``."""
    if value is None:
        return "–"
    match measure.kind:
        case "share":
            return rate(value)
        case "seconds":
            return f"{value:.1f} s"
        case _:
            return small(value)


def own_text(figure: Figure, t: Texts) -> str:
    """The author's own rate, as far as it may be told."""
    if figure.value is not None:
        return rate_text(figure.measure, figure.value)
    if figure.part is None:
        return t(f"diagnosis.{figure.standing}")
    if figure.part.few:
        return t("diagnosis.under", value=rate(FEWEST / figure.part.whole))
    return t("diagnosis.over", value=rate(1 - FEWEST / figure.part.whole))


def _line(figure: Figure, t: Texts) -> Markup:
    name = "standing_line" if figure.peers is None else "standing_line_peers"
    return t.strong(
        f"diagnosis.{name}",
        measure=t(f"measure.{figure.measure.name}"),
        own=own_text(figure, t),
        peers=rate_text(figure.measure, figure.peers),
        median=rate_text(figure.measure, figure.median),
        quantile=whole(figure.quantile or 0.0),
    )


def _curve_values(curve: Curve | None, t: Texts) -> dict[str, Any] | None:
    if curve is None:
        return None
    step = t.count("hour", curve.step_hours) if curve.step_hours > 1 else t("diagnosis.one_hour")
    starts = [us / 1_000 for us in curve.starts_us]
    nights = [(start / 1_000, end / 1_000) for start, end in curve.nights]
    length = curve.step_hours * STEP_MS
    first, last = moment(curve.starts_us[0]), moment(curve.starts_us[-1] + length * 1_000)
    total = whole(sum(curve.likes))
    said = t(
        "diagnosis.steps_drawing",
        step=step,
        first=first,
        last=last,
        most=whole(max(curve.likes)),
        total=total,
    )
    expected = None if curve.expected is None else whole(sum(curve.expected))
    return {
        "step": step,
        "night_share": percent(curve.night_likes, 1),
        "total": total,
        "expected": expected,
        "steps": charts.steps(
            starts, length, curve.likes, curve.fake, curve.expected, nights, said
        ),
        "added_up": _added_up(curve, (first, last), t),
    }


def _added_up(curve: Curve, window: tuple[str, str], t: Texts) -> Markup:
    likes = [0, *accumulate(curve.likes)]
    fake = [0.0, *accumulate(curve.fake)]
    expected = None if curve.expected is None else [0.0, *accumulate(curve.expected)]
    length_us = curve.step_hours * STEP_MS * 1_000
    ends = [curve.starts_us[0], *(start + length_us for start in curve.starts_us)]
    first, last = window
    values = {
        "first": first,
        "last": last,
        "likes": whole(likes[-1]),
        "real": whole(likes[-1] - fake[-1]),
    }
    said = (
        t("contents.drawing_no_views", **values)
        if expected is None
        else t("contents.drawing", **values, expected=whole(expected[-1]))
    )
    return charts.growth_curve(
        [us / 1_000 for us in ends],
        likes,
        [n - f for n, f in zip(likes, fake, strict=True)],
        expected,
        (t("contents.line_likes"), t("contents.line_real"), t("contents.line_expected")),
        said,
        [(start / 1_000, end / 1_000) for start, end in curve.nights],
    )


def _leaving_chart(diagnosis: Diagnosis, t: Texts) -> Markup | None:
    leaving = diagnosis.leaving
    if leaving is None:
        return None
    told = [
        t("diagnosis.leaving_item", share=percent(stay.own, 1), at=f"{10 * stay.tenth}%")
        for stay in leaving.stays
        if stay.own is not None
    ]
    said = t("diagnosis.leaving_drawing", viewers=whole(leaving.viewers), list=t.join(told))
    return charts.leaving(
        [stay.own for stay in leaving.stays],
        [stay.field for stay in leaving.stays],
        (t("diagnosis.line_own"), t("diagnosis.line_field")),
        said,
    )
