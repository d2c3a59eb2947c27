"""An explanation in words: the weights one by one, their sum, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhenzan.model import ContentVerdict, EntityType, Role, Verdict
from zhenzan.report.findings import (
    log2_odds_of,
    one_in,
    probability_of,
    silent,
    telling,
)
from zhenzan.report.wording import (
    bits,
    exact_probability,
    moment_text,
    probability,
    rounded,
    short,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.report.explanation import Explanation
    from zhenzan.report.texts import Texts

SAME_SCORE = 0.005
"""A score this near to what the weights give was not held."""
SCORE_STEP = 1e-6
"""Scores are written with six decimals."""
CONVICTING = {Verdict.FAKE.value, ContentVerdict.BOOSTED.value}
INDENT = "  "


def explanation_text(one: Explanation, t: Texts) -> str:
    """The whole text, ending without a line break."""
    blocks = [[_heading(one, t)], _weights(one, t), _change(one, t), _about(one, t)]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _heading(one: Explanation, t: Texts) -> str:
    name, score = short(one.entity_id, 80), probability(one.score)
    if one.entity_type is EntityType.RING:
        kind = t.word("kind", one.related["kind"])
        return t("explain.heading_ring", id=name, kind=kind, score=score)
    entity, verdict = t.word("entity", one.entity_type.value), t.word("verdict", one.verdict)
    return t("explain.heading", entity=entity, id=name, verdict=verdict, score=score)


def _weights(one: Explanation, t: Texts) -> list[str]:
    rows: list[tuple[float, str]] = []
    if one.prior_bits is not None:
        words = {
            "noun": t(f"explain.noun_{one.entity_type.value}"),
            "bad": t(f"explain.bad_{one.entity_type.value}"),
        }
        rows.append((one.prior_bits, t("explain.prior", n=one_in(one.prior_bits), **words)))
    colon = t("explain.colon")
    for finding in telling(one.weights):
        title, sentence = finding.title(t.lang), finding.sentence(t.lang)
        # Without words of its own a reason's sentence begins with its code, as its title does.
        said = sentence if sentence.startswith(title) else f"{title}{colon}{sentence}"
        rows.append((finding.weight_bits, f"{said} [{short(finding.detector)}]"))
    lines = [_weight_line(weight, text, t) for weight, text in rows]
    if not one.weights:
        lines.append(INDENT + t("explain.no_weights"))
    unsaid = [finding.title(t.lang) for finding in silent(one.weights)]
    if unsaid:
        lines.append(INDENT + t("rings.silent", titles=t.join(unsaid)))
    summed = probability(probability_of(one.total_bits))
    total = t("explain.total", score=summed)
    lines += [INDENT + "─" * 11, _weight_line(one.total_bits, total, t)]
    if _held(one):
        lines.append(INDENT + t("explain.held", score=probability(one.score), sum=summed))
    return lines


def _weight_line(weight: float, text: str, t: Texts) -> str:
    return f"{INDENT}{t('explain.bits', bits=f'{bits(weight):>6}')}  {text}"


def _change(one: Explanation, t: Texts) -> list[str]:
    """What would change the verdict, as far as the scan's own threshold tells."""
    said = _change_sentences(one, t)
    return [t("explain.change"), *(INDENT + sentence for sentence in said)] if said else []


def _change_sentences(one: Explanation, t: Texts) -> list[str]:
    if one.entity_type is EntityType.RING and one.related["kind"] == "courtesy":
        return [t("explain.courtesy")]
    said = []
    harmless = one.verdict in {Verdict.GENUINE, Verdict.UNKNOWN}
    if one.related.get("role") == Role.BENEFICIARY and harmless:
        said.append(t("explain.beneficiary"))
    if one.verdict == Verdict.UNKNOWN:
        return [*said, t("explain.too_little")]
    if one.threshold is None:
        return said
    harsh = t.word("verdict", "boosted" if one.entity_type is EntityType.CONTENT else "fake")
    if one.threshold >= 1:
        return [*said, t("explain.threshold_none", verdict=harsh)]
    line_bits = log2_odds_of(one.threshold)
    values = {"bits": bits(line_bits), "score": exact_probability(one.threshold)}
    name = "threshold_ring" if one.entity_type is EntityType.RING else "threshold"
    said.append(t(f"explain.{name}", verdict=harsh, **values))
    if one.score >= one.threshold - SCORE_STEP:
        convicted = one.verdict in CONVICTING or one.entity_type is EntityType.RING
        return [*said, *(_without(one, line_bits, t) if convicted else [t("explain.passes_held")])]
    reached = log2_odds_of(max(one.score, SCORE_STEP)) if _held(one) else one.total_bits
    return [*said, t("explain.needs", bits=f"{max(line_bits - reached, 0.0):.1f}")]


def _held(one: Explanation) -> bool:
    return abs(probability_of(one.total_bits) - one.score) > SAME_SCORE


def _without(one: Explanation, line_bits: float, t: Texts) -> list[str]:
    """The fewest findings without which the verdict would not stand."""
    left = one.total_bits
    titles: list[str] = []
    for finding in one.weights:
        if finding.weight_bits <= 0:
            break
        left -= finding.weight_bits
        titles.append(finding.title(t.lang))
        if left < line_bits:
            values = {"titles": t.join(titles), "bits": bits(left)}
            if len(titles) == 1:
                return [t("explain.without_one", **values)]
            return [t("explain.without_some", n=len(titles), **values)]
    return []


def _about(one: Explanation, t: Texts) -> list[str]:
    tell = {
        EntityType.LIKE: _about_like,
        EntityType.ACCOUNT: _about_account,
        EntityType.CONTENT: _about_content,
        EntityType.RING: _about_ring,
    }[one.entity_type]
    said = tell(one.related, t)
    if one.related.get("ring"):
        ring = one.related["ring"]
        values = {"kind": t.word("kind", ring["kind"])}
        values["accounts"] = t.count("account", ring["accounts"])
        said.append(t("explain.in_ring", id=short(ring["ring_id"]), **values))
    return [t("explain.about"), *(INDENT + sentence for sentence in said)]


def _about_like(related: dict[str, Any], t: Texts) -> list[str]:
    values = {name: short(related[f"{name}_id"]) for name in ("account", "content")}
    values["provenance"] = t.word("provenance", related["provenance"])
    return [t("explain.like_about", time=moment_text(related["ts"]), **values)]


def _about_account(related: dict[str, Any], t: Texts) -> list[str]:
    values = {"role": t.word("role", related["role"]), "credit": whole(related["credit"])}
    if related["likes"]:
        given = {"likes": t.count("like", related["likes"]), "fake": whole(related["fake_likes"])}
        said = [t("explain.account_about", **values, **given)]
    else:
        said = [t("explain.account_about_none", **values)]
    said += _listed("fake_on", related["fake_on"], "content_id", t)
    return said + _listed("own", related["own_contents"], "content_id", t)


def _about_content(related: dict[str, Any], t: Texts) -> list[str]:
    near, low, high = rounded(*(related[f"true_likes{end}"] for end in ("", "_low", "_high")))
    values = {"likes": t.count("like", related["likes"]), "real": near, "low": low, "high": high}
    said = [t("explain.content_about", health=whole(related["health"]), **values)]
    if related["author_id"] is not None:
        said.append(t("explain.content_author", author=short(related["author_id"])))
    return said + _listed("from_rings", related["rings"], "ring_id", t)


def _about_ring(related: dict[str, Any], t: Texts) -> list[str]:
    values = {
        f"{noun}s": t.count(noun, related[f"{noun}s"]) for noun in ("account", "content", "like")
    }
    first, last = moment_text(related["first_ts"]), moment_text(related["last_ts"])
    said = [t.word("about_kind", related["kind"])]
    said.append(t("explain.ring_about", first=first, last=last, **values))
    if any(member["likes"] for member in related["members"]):
        said += _listed("members", related["members"], "account_id", t)
    elif related["members"]:
        # No like is laid at the door of a group that is likely honest.
        names = [short(member["account_id"]) for member in related["members"]]
        said.append(t("explain.members_only", list=t("answer.comma").join(names)))
    return said + _listed("targets", related["targets"], "content_id", t)


def _listed(name: str, rows: Sequence[dict[str, Any]], column: str, t: Texts) -> list[str]:
    if not rows:
        return []
    items = [t("explain.item", id=short(row[column]), n=whole(row["likes"])) for row in rows]
    return [t(f"explain.{name}", list=t("answer.comma").join(items))]
