"""The page of a diagnosis: its words, that it is sound, and harmless whatever the names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.report.golden import check_golden, page_text
from tests.report.test_accessibility import check_page, parsed

from zhenzan.report.diagnosis import Clock, diagnose, diagnosis_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.settings import Language

MOST_BYTES = 200_000
HOSTILE = 19


def hostile_author(scan: Path) -> str:
    import pyarrow.parquet as pq

    authors: list[str] = pq.read_table(scan / "authors.parquet").column("author_id").to_pylist()
    return next(one for one in authors if one.endswith(f"author{HOSTILE}"))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("scan", "author", "peers"),
    [
        ("three_rings", "author3", ("author0", "author19")),
        ("no_rings", "author0", ()),
        ("no_rings", "author19", ()),
        ("unknown", "author2", ()),
    ],
)
def test_words_of_the_page(
    scan: str, author: str, peers: tuple[str, ...], lang: Language, scans: Callable[[str], Path]
) -> None:
    page = diagnosis_page(diagnose(scans(scan), author, peers, Clock(480)), lang)
    check_golden(f"diagnosis_{scan}_{author}.{lang}", page_text(page))
    check_page(parsed(page))
    assert len(page.encode()) < MOST_BYTES


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_names_stay_text(lang: Language, scans: Callable[[str], Path]) -> None:
    author = hostile_author(scans("hostile"))
    page = diagnosis_page(diagnose(scans("hostile"), author, [author]), lang)
    check_page(parsed(page))
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "⟨U+202E⟩" in page
    assert page.count("<script") == 1
    assert len(page.encode()) < MOST_BYTES


def test_same_scan_same_page(scans: Callable[[str], Path]) -> None:
    pages = {diagnosis_page(diagnose(scans("three_rings"), "author3"), "en") for _ in range(2)}
    assert len(pages) == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_words_accuse_nobody(lang: Language, scans: Callable[[str], Path]) -> None:
    page = diagnosis_page(diagnose(scans("three_rings"), "author3"), lang).lower()
    assert not [word for word in ("fraud", "欺诈", "作弊", "诈骗") if word in page]
