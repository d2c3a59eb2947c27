"""The gallery of worlds: complete, and drawn by functions that measure what they say."""

from __future__ import annotations

import re
import tomllib

import pytest
import vl_convert
from docs.gallery import page
from docs.gallery.facts import SHOWN, WAITS_S, measure
from docs.gallery.groups import PEOPLE, Log, group

from zhenzan.worlds import ALL_CROWDS, ALL_MODES

WRITTEN = page.PAGE.read_text(encoding="utf-8")
SECTIONS = list(page.sections())
COLUMNS = sorted({column for section in SECTIONS for column in section.columns})


@pytest.fixture(scope="module")
def logs() -> dict[int, Log]:
    return page.draw_logs(accounts=1_500, days=6)


@pytest.mark.parametrize("word", [*ALL_MODES, *ALL_CROWDS])
def test_every_mode_and_crowd_has_its_section_and_picture(word: str) -> None:
    section = next(s for s in SECTIONS if word in s.words)
    _, found, text = WRITTEN.partition(f"\n## {section.title}\n")
    text = text.partition("\n## ")[0]
    assert found
    assert f"`{word}`" in text
    assert f"(images/worlds/{section.picture})" in text
    assert (page.IMAGES / section.picture).is_file()
    skills = {f"{word}{skill}" for skill in (0, 1, 2)} if word in ALL_MODES else {word}
    assert skills <= set(section.columns)


def test_there_is_no_picture_without_a_section_and_all_are_small() -> None:
    files = {path.name: path.stat().st_size for path in page.IMAGES.iterdir()}
    assert set(files) == {section.picture for section in SECTIONS}
    assert sum(files.values()) < 3_000_000


def test_the_contents_list_names_every_section() -> None:
    for section in SECTIONS:
        assert f"- [{section.title}](#" in WRITTEN


@pytest.mark.parametrize("column", COLUMNS)
def test_a_text_speaks_of_facts_that_are_measured(column: str, logs: dict[int, Log]) -> None:
    album = page.Album(logs)
    asked = {
        fact
        for section in SECTIONS
        for name, fact in re.findall(r"\{(\w+)\.(\w+)\}", section.text)
        if name == column
    }
    said = album.said(column)
    rare = {"words", "life"}  # too few comments in a small world
    assert asked - rare <= set(said)
    facts = album.facts(column)
    assert set(facts.shares) == set(SHOWN)
    assert sum(facts.waits) == pytest.approx(1)
    assert len(facts.waits) == len(WAITS_S) + 2
    assert all(0 <= share <= 1 for share in facts.shares.values() if share is not None)


def test_every_fact_of_a_text_belongs_to_its_picture() -> None:
    for section in SECTIONS:
        named = set(re.findall(r"\{(\w+)\.\w+\}", section.text))
        assert named <= {*section.columns, PEOPLE}, section.title


def test_nothing_on_the_page_was_left_out_or_unmeasured() -> None:
    assert not re.search(r"\{\w*\.?\w*\}|\bnan\b", WRITTEN)


def test_groups_are_what_they_should_be(logs: dict[int, Log]) -> None:
    script, farm = (measure(group(logs[0], mode)) for mode in ("api", "farm"))
    assert script.shares["no_device"] == script.waits[0] == 1
    assert farm.shares["device"] == 1
    assert farm.counts["devices"] < farm.counts["accounts"] / 4
    assert measure(group(logs[0], "throwaway")).counts["each"] == 1
    friends, people, lossy = (measure(group(logs[1], w)) for w in ("friends", PEOPLE, "lossy"))
    assert (friends.shares["returned"] or 0) > 10 * (people.shares["returned"] or 0)
    assert lossy.waits[0] > 8 * people.waits[0]


def test_bought_and_honest_likes_do_not_mix(logs: dict[int, Log]) -> None:
    for column in COLUMNS:
        shown = page.Album(logs).group(column)
        assert shown.bought == (column not in {*ALL_CROWDS, PEOPLE, "tail"})
        assert ((shown.likes.mode >= 0) == shown.bought).all()


@pytest.mark.parametrize("place", [0, 1, len(SECTIONS) - 1])
def test_a_picture_is_drawn(place: int, logs: dict[int, Log]) -> None:
    section = SECTIONS[place]
    drawing = page.Album(logs).picture(section)
    assert drawing.count(">day of the log<") == len(section.columns)
    assert ">no view before<" in drawing
    assert all(f">{words}<" in drawing for words in SHOWN.values())
    assert vl_convert.svg_to_png(drawing).startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_page_and_its_pictures_are_what_the_command_makes() -> None:
    logs = page.draw_logs()
    assert page.text(logs) == WRITTEN, "run make gallery"
    for name, drawing in page.pictures(logs).items():
        assert (page.IMAGES / name).read_text(encoding="utf-8") == drawing, f"{name} is stale"


def test_the_texts_are_read_as_they_are_written() -> None:
    captions = tomllib.loads((page.HERE / "captions.toml").read_text(encoding="utf-8"))
    assert set(captions["names"]) == {PEOPLE, "tail", *ALL_MODES, *ALL_CROWDS}
