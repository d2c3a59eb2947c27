"""docs/worlds.md and its pictures: which groups stand side by side, and what is said of them."""

from __future__ import annotations

import re
import textwrap
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docs.gallery import groups, panels
from docs.gallery.facts import Facts, measure

from zhenzan.worlds import WorldSettings
from zhenzan.worlds.settings import SKILL_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docs.gallery.groups import Group, Log

HERE = Path(__file__).parent
PAGE = HERE.parent / "worlds.md"
IMAGES = HERE.parent / "images" / "worlds"
ACCOUNTS, DAYS, SEED = 6_000, 14, 7
_LINE = 100  # characters
CROWDS_SKILL = 1
"""The honest crowds are drawn from the world of ordinary sellers."""
_SECONDS, _HOURS = ("wait", "gap"), ("delay", "half")
_SHARES = (
    "progress",
    "first_hour",
    "near",
    "comments",
    "inside",
    "pushed",
    "own_topic",
    "of_all",
    "same_hour",
)
_MEANS = ("each", "run")


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes:
        words: The mode and crowds that it is about.
        title: Its heading.
        columns: Groups on its picture: a crowd, or a mode with a skill, such as ``farm0``.
        text: What to see, with the names of facts in braces: ``{farm0.device}``.
    """

    words: tuple[str, ...]
    title: str
    columns: tuple[str, ...]
    text: str

    @property
    def picture(self) -> str:
        """File name of its picture."""
        return f"{self.words[0]}.svg"


def captions() -> dict[str, Any]:
    """The texts of the page, as written by hand."""
    loaded: dict[str, Any] = tomllib.loads((HERE / "captions.toml").read_text(encoding="utf-8"))
    return loaded


def sections() -> Iterator[Section]:
    """The sections in their order."""
    for entry in captions()["section"]:
        yield Section(
            tuple(entry["words"]), entry["title"], tuple(entry["columns"]), entry["text"].strip()
        )


def draw_logs(accounts: int = ACCOUNTS, days: int = DAYS) -> dict[int, Log]:
    """One log for each skill; the same people, contents and crowds in all of them."""
    return {
        skill: groups.draw(
            WorldSettings(
                accounts=accounts, days=days, fraud=0.25, skill=skill, sellers=1, seed=SEED
            )
        )
        for skill in range(len(SKILL_NAMES))
    }


class Album:
    """The groups of a page, each chosen and measured once."""

    def __init__(self, logs: Mapping[int, Log]) -> None:
        self._logs = logs
        self.names: dict[str, str] = captions()["names"]
        self.facts = cache(self._facts)
        self.group = cache(self._group)

    def _group(self, column: str) -> Group:
        word, skill = _parts(column)
        return groups.group(self._logs[CROWDS_SKILL if skill is None else skill], word)

    def _facts(self, column: str) -> Facts:
        return measure(self.group(column))

    def heading(self, column: str, *, alone: bool) -> str:
        """What stands above a column; a mode's name only once a picture."""
        word, skill = _parts(column)
        if skill is None:
            return self.names[word]
        return SKILL_NAMES[skill] if not alone else f"{self.names[word]}, {SKILL_NAMES[skill]}"

    def picture(self, section: Section) -> str:
        """The picture of a section, as SVG."""
        seen: set[str] = set()
        columns = []
        for name in section.columns:
            word, _ = _parts(name)
            title = self.heading(name, alone=word not in seen)
            seen.add(word)
            columns.append(panels.Column(title, self.group(name), self.facts(name)))
        return panels.picture(columns, self.facts(groups.PEOPLE))

    def said(self, column: str) -> dict[str, str]:
        """The facts of a column in the words of a text."""
        facts = self.facts(column)
        shares = {k: f"{v:.0%}" for k, v in facts.shares.items() if v is not None}
        counts = {k: _words(k, v) for k, v in facts.counts.items()}
        waits = {"unseen": f"{facts.waits[0]:.0%}", "hasty": f"{sum(facts.waits[1:3]):.0%}"}
        return {**shares, **counts, **waits}


def pictures(logs: Mapping[int, Log]) -> dict[str, str]:
    """Every picture by its file name."""
    album = Album(logs)
    return {section.picture: album.picture(section) for section in sections()}


def text(logs: Mapping[int, Log]) -> str:
    """The page, its numbers taken from the logs."""
    album, written = Album(logs), captions()
    parts = [written["head"].strip()]
    for title, part in (("A mode and its look-alike", 2), ("More people and crowds", 1)):
        listed = [s for s in sections() if len(s.words) == part]
        parts.append(f"{title}:\n\n" + "\n".join(_entry(s) for s in listed))
    for section in sections():
        said = _FACT.sub(lambda found: album.said(found[1])[found[2]], section.text)
        codes = ", ".join(f"`{word}`" for word in section.words)
        picture = (
            f"![{section.title}: likes, growth, seconds from view to like, shares]"
            f"({IMAGES.relative_to(PAGE.parent)}/{section.picture})"
        )
        parts += [f"## {section.title}", f"In the truth: {codes}.", picture]
        parts += [textwrap.fill(block, _LINE) for block in said.split("\n\n")]
    return "\n\n".join(parts) + "\n"


def _words(name: str, value: float) -> str:
    """A number as the text says it."""
    if name in _SHARES:
        return f"{value:.0%}"
    if name in _MEANS:
        return f"{value:.1f}"
    if name not in (*_SECONDS, *_HOURS):
        return f"{value:,.0f}"
    seconds = value * (3_600 if name in _HOURS else 1)
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds" if seconds >= 10 else f"{seconds:.1f} seconds"


_FACT = re.compile(r"\{(\w+)\.(\w+)\}")


def _entry(section: Section) -> str:
    anchor = re.sub(r"[^\w -]", "", section.title.lower()).replace(" ", "-")
    return f"- [{section.title}](#{anchor})"


def _parts(column: str) -> tuple[str, int | None]:
    """The word and the skill of ``farm0``, or of a crowd, which has none."""
    if column[-1].isdigit():
        return column[:-1], int(column[-1])
    return column, None
