"""The page: its words, its safety with hostile names, and that it stands alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from zhenzan.report import wording, write_report

from .golden import check_golden, page_text
from .plans import RingPlan, ScanPlan
from .scans import ScanWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.settings import Language


MOST_BYTES = 1_000_000
"""A page opens at once because it is small, whatever the size of the log."""


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "name", ["three_rings", "suspect_ring", "friends", "no_likes", "no_rings", "unknown"]
)
@pytest.mark.usefixtures("fixed_reasons")
def test_words_of_the_page(
    name: str, lang: Language, scans: Callable[[str], Path], tmp_path: Path
) -> None:
    file = write_report(scans(name), lang)
    assert file == scans(name) / "report.html"
    check_golden(f"page_{name}.{lang}", page_text(file.read_text(encoding="utf-8")))


def test_same_scan_same_page(scans: Callable[[str], Path]) -> None:
    first = write_report(scans("three_rings"), "en").read_bytes()
    assert write_report(scans("three_rings"), "en").read_bytes() == first


def test_order_of_rows_does_not_matter(scans: Callable[[str], Path], tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    expected = write_report(scans("three_rings"), "en").read_text(encoding="utf-8")
    for file in scans("three_rings").iterdir():
        if file.suffix == ".parquet":
            table = pq.read_table(file)
            pq.write_table(
                table.take(pa.array(range(table.num_rows)[::-1], pa.int64())), tmp_path / file.name
            )
    (tmp_path / "summary.json").write_bytes((scans("three_rings") / "summary.json").read_bytes())
    assert write_report(tmp_path, "en").read_text(encoding="utf-8") == expected


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags_of(file: Path) -> list[tuple[str, dict[str, str | None]]]:
    reader = _Tags()
    reader.feed(file.read_text(encoding="utf-8"))
    return reader.tags


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_names_stay_text(lang: Language, scans: Callable[[str], Path]) -> None:
    file = write_report(scans("hostile"), lang)
    tags = tags_of(file)
    assert [tag for tag, _ in tags].count("script") == 1
    assert not {"img", "i", "u", "iframe", "object"} & {tag for tag, _ in tags}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    html = file.read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert "49" not in re.findall(r"&#39;&amp;(.{0,3})", html)
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert "⟨U+202E⟩" in html


def test_a_long_name_is_cut_and_kept_in_its_title(scans: Callable[[str], Path]) -> None:
    tags = tags_of(write_report(scans("hostile"), "en"))
    titles = [
        attributes["title"] for tag, attributes in tags if tag == "bdi" and "title" in attributes
    ]
    assert any(title and "x" * 100 in title for title in titles)
    assert max(len(title or "") for title in titles) <= wording.TITLE_LENGTH


def test_no_user_text_reaches_a_drawing(scans: Callable[[str], Path]) -> None:
    html = write_report(scans("hostile"), "en").read_text(encoding="utf-8")
    drawings = re.findall(r'<svg class="chart".*?</svg>', html, flags=re.DOTALL)
    assert len(drawings) > 2
    assert not [one for one in drawings if "alert" in one or "xxx" in one]


def test_the_page_loads_nothing(scans: Callable[[str], Path]) -> None:
    for _, attributes in tags_of(write_report(scans("three_rings"), "en")):
        for name in ("src", "href", "srcset", "action", "data"):
            assert (attributes.get(name) or "#").startswith(("#", "data:"))
    html = (scans("three_rings") / "report.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in html
    assert "@import" not in html
    assert "url(http" not in html


def test_every_link_within_the_page_arrives(scans: Callable[[str], Path]) -> None:
    tags = tags_of(write_report(scans("three_rings"), "en"))
    names = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(names) == len(set(names))
    links = {
        str(attributes["href"])[1:]
        for tag, attributes in tags
        if tag == "a" and str(attributes.get("href")).startswith("#")
    }
    assert links <= set(names)


def test_a_large_scan_gives_a_small_page(tmp_path: Path) -> None:
    rings = tuple(RingPlan("farm", 130, 12, 5 + 9 * i, 30.0) for i in range(13))
    plan = ScanPlan(contents=200, organic_likes=200, rings=rings)
    file = write_report(ScanWriter(plan).write(tmp_path), "en")
    assert file.stat().st_size < MOST_BYTES
    text = page_text(file.read_text(encoding="utf-8"))
    assert re.search(r"Shown are 1,200 of the 1,\d{3} likes", text)
    assert text.count("Why we say so") == 12


def test_the_page_does_not_grow_with_the_log(tmp_path: Path) -> None:
    sizes = []
    for n in (1, 3):
        rings = tuple(RingPlan("farm", 120 * n, 14, 5 + 9 * i, 30.0) for i in range(4))
        plan = ScanPlan(contents=100 * n, accounts=500 * n, organic_likes=900 * n, rings=rings)
        file = write_report(ScanWriter(plan).write(tmp_path / str(n)), "en")
        sizes.append(file.stat().st_size)
    assert sizes[1] < 1.1 * sizes[0]


def test_customers_are_named_with_the_rings_that_serve_them(scans: Callable[[str], Path]) -> None:
    text = page_text(write_report(scans("three_rings"), "en").read_text(encoding="utf-8"))
    served = text.partition("Authors with most likes from rings")[2].partition("Ring A")[0]
    rows = [line for line in served.splitlines() if line.startswith("author")]
    assert rows
    for row in rows:
        _, _, total, by_ring = row.split(" | ")
        assert int(total) == sum(int(n) for n in re.findall(r"[A-C] (\d+)", by_ring))


def test_a_group_that_is_likely_honest_is_listed_and_no_more(scans: Callable[[str], Path]) -> None:
    text = page_text(write_report(scans("suspect_ring"), "en").read_text(encoding="utf-8"))
    assert text.count("– likely honest") == 1
    assert text.count("Why we say so") == 2
    assert "Suspect, but not established: 1 ring more, of 15 accounts." in text


def test_unknown_codes_are_shown_as_they_are(scans: Callable[[str], Path]) -> None:
    text = page_text(write_report(scans("three_rings"), "en").read_text(encoding="utf-8"))
    assert "unrelated_targets: authors = 4, common_audience = 0.01" in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_words_accuse_nobody(lang: Language, scans: Callable[[str], Path]) -> None:
    html = write_report(scans("three_rings"), lang).read_text(encoding="utf-8").lower()
    assert not [word for word in ("fraud", "欺诈", "作弊", "诈骗") if word in html]
