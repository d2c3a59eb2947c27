"""The console's texts: every one in both languages, and every one that a template names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import zhenzan.serve.console
from zhenzan.enforcement import STEPS
from zhenzan.ledger.entries import KINDS
from zhenzan.report.texts import placeholders
from zhenzan.review import GROUNDS, QUEUES
from zhenzan.serve.auth.roles import Permission, UserRole
from zhenzan.serve.console.texts import all_entries, console_entries
from zhenzan.serve.principals import Scope

ALL = [(group, key, e) for group, keys in console_entries().items() for key, e in keys.items()]
FOLDER = Path(zhenzan.serve.console.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.j2"))
SOURCES = [*TEMPLATES, *sorted(FOLDER.glob("*.py"))]


@pytest.mark.parametrize(("group", "key", "entry"), ALL)
def test_both_languages_say_the_same(group: str, key: str, entry: dict[str, str]) -> None:
    assert set(entry) == {"en", "zh"}
    assert placeholders(entry["en"]) == placeholders(entry["zh"])
    assert not re.search(r"fraud|欺诈|作弊|诈骗", "".join(entry.values()), re.IGNORECASE)
    assert not re.search(r"[<>]", "".join(entry.values()))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_text_that_is_named_is_there(path: Path) -> None:
    texts = all_entries()
    source = path.read_text(encoding="utf-8")
    for name in re.findall(r"\bt\(['\"](\w+\.\w+)['\"][,)]", source):
        group, key = name.split(".")
        assert key in texts[group], name
    for group in re.findall(r"t\.word\(['\"](\w+)['\"]", source):
        assert group in texts


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("user_role", UserRole),
        ("permission", Permission),
        ("scope", Scope),
        ("queue", QUEUES),
        ("step", STEPS),
        ("outcome", GROUNDS),
        ("grounds", [word for words in GROUNDS.values() for word in words]),
        ("entry", KINDS),
    ],
)
def test_every_word_of_the_product_has_its_word(group: str, words: list[str]) -> None:
    assert {str(word) for word in words} <= set(console_entries()[group])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_inline_and_nothing_unescaped(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe|autoescape|<style|\sstyle=|\son\w+=|<script>", source)
