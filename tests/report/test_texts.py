"""The texts: every one in both languages, with the same placeholders and the project's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from zhenzan.model import ContentVerdict, EntityType, Family, Provenance, RingKind, Role, Verdict
from zhenzan.report.texts import Texts, entries, placeholders

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

ALL = [(group, key, entry) for group, keys in entries().items() for key, entry in keys.items()]


@pytest.mark.parametrize(("group", "key", "entry"), ALL)
def test_both_languages_say_the_same(group: str, key: str, entry: dict[str, str]) -> None:
    assert set(entry) - {"one"} == {"en", "zh"}
    assert placeholders(entry["en"]) == placeholders(entry["zh"])
    assert not re.search(r"fraud|欺诈|作弊|诈骗", "".join(entry.values()), re.IGNORECASE)
    assert not re.search(r"[<>]", "".join(entry.values()))


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("verdict", [*Verdict, *ContentVerdict]),
        ("provenance", Provenance),
        ("kind", RingKind),
        ("about_kind", RingKind),
        ("role", Role),
        ("family", Family),
        ("entity", [kind for kind in EntityType if kind is not EntityType.PAIR]),
    ],
)
def test_every_word_of_the_product_has_its_word(group: str, words: Iterable[StrEnum]) -> None:
    assert {word.value for word in words} <= set(entries()[group])


def test_counts_agree_with_their_noun() -> None:
    assert Texts("en").count("ring", 1) == "1 ring"
    assert Texts("en").count("ring", 0) == "0 rings"
    assert Texts("zh").count("ring", 12_345) == "12,345 个团伙"


def test_lists() -> None:
    assert Texts("en").join([]) == ""
    assert Texts("en").join(["a"]) == "a"
    assert Texts("en").join(["a", "b", "c"]) == "a, b and c"
    assert Texts("zh").join(["a", "b", "c"]) == "a、b、c"


def test_values_are_escaped_on_a_page() -> None:
    html = Texts("en").strong("answer.all_real", likes="<i>3</i>")
    assert html == "All <b>&lt;i&gt;3&lt;/i&gt;</b> look real."
