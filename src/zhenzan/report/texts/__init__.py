"""Every sentence and word that people read, in English and Chinese; the texts stand in *.toml."""

from __future__ import annotations

import string
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenzan.settings import Language

TEXT_FILES = ("words", "answer", "page", "explain", "diagnosis")
Entry = dict[str, str]


Entries = dict[str, dict[str, Entry]]
"""Group → key → language → text."""


@cache
def entries() -> Entries:
    """Every text of the report."""
    return read_texts(__package__, TEXT_FILES)


def read_texts(package: str, names: Iterable[str]) -> Entries:
    """The texts in some TOML files of a package.

    Raises:
        ValueError: Two files have a group of the same name.
    """
    found: Entries = {}
    for name in names:
        source = files(package).joinpath(f"{name}.toml").read_text(encoding="utf-8")
        for group, keys in tomllib.loads(source).items():
            if group in found:
                raise ValueError(f"{name}.toml repeats the group {group}")
            found[group] = keys
    return found


def placeholders(text: str) -> set[str]:
    """The names in braces of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


class Texts:
    """The texts in one language.

    Args:
        lang: ``en`` or ``zh``.
        texts: Where they are; by default those of the report.
    """

    def __init__(self, lang: Language, texts: Entries | None = None) -> None:
        self.lang = lang
        self._texts = entries() if texts is None else texts

    def __call__(self, name: str, /, **values: object) -> str:
        """A text such as ``answer.real``, its placeholders filled, for a terminal or a chart."""
        return self._text(name).format(**values)

    def html(self, name: str, /, **values: object) -> Markup:
        """The same for a page: values are escaped unless they are Markup themselves."""
        return Markup(self._text(name)).format(**values)  # noqa: S704  our own text, not input

    def strong(self, name: str, /, **values: object) -> Markup:
        """The same for a page, with every value in bold."""
        return self.html(name, **{k: Markup("<b>{}</b>").format(v) for k, v in values.items()})

    def word(self, group: str, code: object) -> str:
        """The word for a code of the product; a code that has none stands for itself."""
        entry = self._texts[group].get(str(code))
        return entry[self.lang] if entry else str(code)

    def count(self, noun: str, n: float) -> str:
        """How many of something, with its noun: ``1 ring``, ``12 rings``."""
        entry = self._texts["count"][noun]
        text = entry["one"] if n == 1 and self.lang == "en" else entry[self.lang]
        return text.format(n=f"{n:,.0f}")

    def join(self, words: Iterable[str]) -> str:
        """Words in a row, as the language writes a list."""
        listed = list(words)
        if len(listed) < 2:
            return "".join(listed)
        comma, last = self("answer.comma"), self("answer.and")
        return comma.join(listed[:-1]) + last + listed[-1]

    def _text(self, name: str) -> str:
        group, key = name.split(".")
        return self._texts[group][key][self.lang]
