"""How numbers, times, identifiers and reasons are written for people."""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from zhenzan import reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenzan.report.texts import Texts
    from zhenzan.settings import Language

IDENTIFIER_LENGTH = 26
"""Longer identifiers are shortened in the middle, characters."""
TITLE_LENGTH = 200
"""An identifier's full text in a tooltip is cut here, characters."""
FACTS_LISTED = 8
"""So many elements of a list are named."""
SENTENCE_LENGTH = 800
"""A sentence into which an overlong identifier was filled is cut in the middle, characters."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DIRECTION_MARKS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def whole(n: float) -> str:
    """A count: ``120,412``."""
    return f"{n:,.0f}"


def small(n: float) -> str:
    """A count that need not be whole, with one decimal below ten: ``0.3``, ``35``."""
    return f"{n:.1f}" if n < 9.95 else whole(n)


def percent(part: float, of: float) -> str:
    """A share in percent; small shares keep a digit: ``12%``, ``0.4%``, ``<0.1%``."""
    share = 100 * part / of if of else 0.0
    if 0 < share < 0.1:
        return "<0.1%"
    if 99 < share < 100:
        return f"{math.floor(share * 10) / 10:.1f}%"
    return f"{share:.1f}%" if 0 < share < 1 else f"{share:.0f}%"


def rate(share: float) -> str:
    """A rate that may be small, in percent: ``41%``, ``4.1%``, ``0.38%``."""
    value = 100 * share
    if not value:
        return "0%"
    return (
        f"{value:.0f}%" if value >= 9.95 else f"{value:.1f}%" if value >= 0.95 else f"{value:.2f}%"
    )


def bits(weight: float) -> str:
    """A weight with its sign: ``+4.2``, ``−6.6``."""
    return f"{weight:+.1f}".replace("-", "−")


def probability(score: float) -> str:
    """A score, never rounded up to certainty: ``0.31``, ``0.998``, ``>0.999``."""
    if score > 0.999:
        return ">0.999"
    if score > 0.99:
        return f"{math.floor(score * 1000) / 1000:.3f}"
    return "<0.01" if 0 < score < 0.005 else f"{score:.2f}"


def exact_probability(score: float) -> str:
    """A score with as many digits as it needs: ``0.95``, ``0.999987``."""
    return f"{score:.6f}".rstrip("0").rstrip(".")


def rounded(value: float, low: float, high: float) -> tuple[str, str, str]:
    """An estimate and its interval, to as many digits as the interval's width allows."""
    step = max(1, 10 ** math.floor(math.log10(max(high - low, 1.0) / 10)))
    near = round(value / step) * step
    return whole(near), whole(math.floor(low / step) * step), whole(math.ceil(high / step) * step)


def visible(text: object) -> str:
    """A text from outside with control and direction characters made visible."""
    return "".join(
        f"⟨U+{ord(c):04X}⟩" if unicodedata.category(c) == "Cc" or c in DIRECTION_MARKS else c
        for c in str(text)
    )


def short(identifier: object, length: int = IDENTIFIER_LENGTH) -> str:
    """An identifier for people: control characters visible, long ones cut in the middle."""
    text = visible(identifier)
    if len(text) <= length:
        return text
    tail = length // 4
    return f"{text[: length - tail - 1]}…{text[-tail:]}"


def identifier_html(identifier: object) -> Markup:
    """An identifier on a page: isolated from its surroundings, its full text in a tooltip."""
    full, brief = visible(identifier), short(identifier)
    if full == brief:
        return Markup('<bdi class="id">{}</bdi>').format(brief)
    return Markup('<bdi class="id" title="{}">{}</bdi>').format(full[:TITLE_LENGTH], brief)


def day(ts_us: int) -> str:
    """The day of a time in µs since 1970, UTC."""
    return moment(ts_us)[:10]


def moment(microseconds: int) -> str:
    """A time: ``2026-03-04 14:05``, UTC."""
    return f"{EPOCH + timedelta(microseconds=microseconds):%Y-%m-%d %H:%M}"


def iso_time(microseconds: int) -> str:
    """A time for machines: ``2026-03-04T14:05:00+00:00``."""
    return (EPOCH + timedelta(microseconds=microseconds)).isoformat()


def moment_text(text: str) -> str:
    """An ISO 8601 time as people read it; a text that is none stays."""
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
    except ValueError:
        return visible(text)


def duration(microseconds: int, t: Texts) -> str:
    """A length of time in its largest fitting unit: ``3 days``, ``41 minutes``."""
    seconds = max(microseconds, 0) / 1e6
    for noun, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size:
            return t.count(noun, round(seconds / size))
    return t.count("second", round(seconds))


def memory(size_bytes: float) -> str:
    """A size: ``512 MB``, ``1.4 GB``."""
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"


class Figure(float):
    """A number of a signal's evidence that a sentence shows without false precision."""

    def __format__(self, spec: str) -> str:
        if spec:
            return super().__format__(spec)
        if self.is_integer() or abs(self) >= 100:
            return f"{float(self):,.0f}"
        return f"{float(self):.2g}" if abs(self) < 1 else f"{float(self):.1f}"


def _readable(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Figure(value)
    return value


def fact(value: object) -> str:
    """One fact of a signal's evidence as text."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return " ".join(fact(one) for one in value[:FACTS_LISTED])
    return short(value, 80)


def facts_text(facts: Mapping[str, object]) -> str:
    """The facts of a signal in a row: ``likes = 12, minutes = 3``."""
    return ", ".join(f"{visible(name)} = {fact(value)}" for name, value in facts.items())


def reason_title(code: str, lang: Language) -> str:
    """A few words for a reason code; a code without words stands for itself."""
    try:
        return reasons.title(code, lang)
    except KeyError:
        return visible(code)


def reason_sentence(code: str, facts: Mapping[str, object], lang: Language) -> str:
    """What a signal says; where no sentence fits its facts, the code and the facts themselves."""
    try:
        readable = {name: _readable(value) for name, value in facts.items()}
        return short(reasons.sentence(code, readable, lang), SENTENCE_LENGTH)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        listed = facts_text(facts)
        return f"{visible(code)}: {listed}" if listed else visible(code)
