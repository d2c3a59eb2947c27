"""The answer of a scan in a few sentences, for page, terminal and notebook alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhenzan.report.texts import Texts
from zhenzan.report.wording import moment_text, rounded, short, whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from zhenzan.settings import Language

Summary = dict[str, Any]
MOSTLY = 0.5
"""When more than this share of the likes is unknown, the answer says so first."""
NAMED_EVENT_TYPES = 4
SUSPECT_RING_SCORE = 0.5
"""Below even odds a group is more likely honest, and nothing is said of it but that it was seen."""
ESTABLISHED_RING_SCORE = 0.95
"""From this score on a group is called a ring where the scan records no threshold of its own."""


@dataclass(frozen=True)
class Sentence:
    """A text of the ``answer`` group and the values for its placeholders."""

    name: str
    values: dict[str, str] = field(default_factory=dict)

    def plain(self, t: Texts) -> str:
        """The sentence for a terminal."""
        return t(f"answer.{self.name}", **self.values)

    def html(self, t: Texts) -> Markup:
        """The sentence for a page, values in bold."""
        return t.strong(f"answer.{self.name}", **self.values)


@dataclass(frozen=True)
class RingFigures:
    """What rings other than circles of friends amount to.

    Attributes:
        established: Rings whose score reaches the threshold.
        accounts: Their members, each once.
        fake_likes: Their likes that are called fake.
        contents: The contents these are on.
        suspect: Rings that are not established but more likely than not.
        suspect_accounts: Their members, each once.
    """

    established: int
    accounts: int
    fake_likes: int
    contents: int
    suspect: int
    suspect_accounts: int


def ring_threshold(summary: Summary) -> float:
    """The score from which on a group is called a ring."""
    return float(summary.get("thresholds", {}).get("ring", ESTABLISHED_RING_SCORE))


def looked_at(summary: Summary, t: Texts) -> list[Sentence]:
    """How many likes were looked at and how many of them are real."""
    likes = summary["likes"]
    total = likes["total"]
    if not total:
        return [Sentence("none"), _why_none(summary, t)]
    if likes["by_verdict"].get("unknown", 0) > MOSTLY * total:
        return _mostly_unknown(likes["by_verdict"], total, t)
    near, low, high = rounded(*(likes[f"true_likes{end}"] for end in ("", "_low", "_high")))
    values = {"likes": t.count("like", total)}
    if near == low == high == whole(total):
        return [Sentence("all_real", values)]
    if near == low == high:
        return [Sentence("real_exact", {**values, "real": near})]
    return [Sentence("real", {**values, "real": near, "low": low, "high": high})]


def supplied(summary: Summary, t: Texts, figures: RingFigures | None = None) -> list[Sentence]:
    """Who supplied the rest.

    Args:
        summary: The content of ``summary.json``.
        t: The language.
        figures: What the tables say of the rings; without them the summary's ``rings`` may hold
            the same under the names of the attributes, or else the answer says less.
    """
    if not summary["likes"]["total"]:
        return []
    rings = summary["rings"]
    if figures is None and "established" in rings:
        figures = RingFigures(**{name: rings[name] for name in RingFigures.__annotations__})
    if figures is not None:
        return _supplied(figures, summary, t)
    total = rings["total"] - rings["by_kind"].get("courtesy", 0)
    if not total:
        return [_no_rings(summary, t)]
    roles, contents = summary["accounts"]["by_role"], summary["contents"]["by_verdict"]
    values = {
        "rings": t.count("ring", total),
        "accounts": t.count("account", roles.get("supplier", 0) + roles.get("member", 0)),
        "contents": t.count("content", contents.get("boosted", 0)),
    }
    return [Sentence("rings_brief", values)]


def _supplied(figures: RingFigures, summary: Summary, t: Texts) -> list[Sentence]:
    said: list[Sentence] = []
    if figures.established:
        values = {
            "rings": t.count("ring", figures.established),
            "accounts": t.count("account", figures.accounts),
        }
        if figures.fake_likes:
            values["supplied"] = whole(figures.fake_likes)
            values["contents"] = t.count("content", figures.contents)
        said.append(Sentence("rings" if figures.fake_likes else "rings_unsure", values))
    elif not figures.suspect:
        said.append(_no_rings(summary, t))
    if figures.suspect:
        values = {
            "rings": t.count("ring", figures.suspect),
            "accounts": t.count("account", figures.suspect_accounts),
        }
        said.append(
            Sentence("rings_suspect_more" if figures.established else "rings_suspect", values)
        )
    return said


def _no_rings(summary: Summary, t: Texts) -> Sentence:
    fake = summary["likes"]["by_verdict"].get("fake", 0)
    return (
        Sentence("no_rings_fake", {"fake": t.count("like", fake)}) if fake else Sentence("no_rings")
    )


def certainty(summary: Summary, t: Texts) -> list[Sentence]:
    """How sure the answer is, and what was not looked at."""
    found: list[Sentence] = []
    verdicts = summary["likes"]["by_verdict"]
    if summary["likes"]["total"]:
        budget = summary["settings"].get("false_per_10k", 1)
        found.append(Sentence("sure_one") if budget == 1 else _budget(budget))
        unsure = {
            v: t.count("like", n) for v in ("suspect", "unknown") if (n := verdicts.get(v, 0))
        }
        if unsure:
            found.append(
                Sentence("unsure_both" if len(unsure) == 2 else f"unsure_{min(unsure)}", unsure)
            )
        found.append(_detectors(summary, t))
    quarantined = summary["rows"].get("quarantined", 0)
    if quarantined:
        found.append(Sentence("quarantined", {"rows": t.count("row", quarantined)}))
    words = summary["settings"].get("endorsement", ["like"])
    if list(words) != ["like"]:
        listed = t.join([t.word("noun", word) for word in words])
        found.append(Sentence("other_endorsement", {"words": listed}))
    return found


def period(summary: Summary, t: Texts) -> str:
    """From when to when the log goes, or nothing for an empty log."""
    span = summary.get("period", {})
    if not span.get("first_ts") or not span.get("last_ts"):
        return ""
    first, last = moment_text(span["first_ts"]), moment_text(span["last_ts"])
    return t("answer.period", first=first, last=last)


def missing_columns(summary: Summary) -> list[str]:
    """The columns that skipped detectors lacked, each once, in order of first mention."""
    skipped = summary["detectors"]["skipped"]
    return list(dict.fromkeys(short(c) for one in skipped for c in one["missing"]))


def why_skipped(missing: Iterable[str], lang: Language) -> str:
    """Why a detector that lacks some columns could not look."""
    t = Texts(lang)
    return t("answer.why_skipped", columns=t.join(missing))


def _mostly_unknown(verdicts: dict[str, int], total: int, t: Texts) -> list[Sentence]:
    unknown = verdicts["unknown"]
    first = Sentence("unknown", {"unknown": whole(unknown), "likes": t.count("like", total)})
    rest = {"judged": whole(total - unknown)}
    if unknown == total:
        return [first]
    if unknown + verdicts.get("genuine", 0) == total:
        return [first, Sentence("unknown_rest_real", rest)]
    judged = {v: whole(verdicts.get(v, 0)) for v in ("genuine", "suspect", "fake")}
    return [first, Sentence("unknown_rest", {**rest, **judged})]


def _budget(budget: float) -> Sentence:
    return Sentence("sure", {"budget": f"{budget:,g}"})


def _detectors(summary: Summary, t: Texts) -> Sentence:
    skipped, run = summary["detectors"]["skipped"], summary["detectors"]["run"]
    values = {"n": whole(len(skipped)), "total": whole(len(skipped) + len(run))}
    if not skipped:
        return Sentence("all_looked", values)
    return Sentence("skipped", {**values, "columns": t.join(missing_columns(summary))})


def _why_none(summary: Summary, t: Texts) -> Sentence:
    counts = {word: n for word, n in summary.get("events_by_type", {}).items() if n}
    if not counts:
        return Sentence("none_empty")
    largest = sorted(counts, key=lambda word: (-counts[word], word))[:NAMED_EVENT_TYPES]
    listed = [
        t("answer.events", n=whole(counts[word]), noun=t.word("noun", word)) for word in largest
    ]
    return Sentence("none_more", {"events": t.join(listed)})
