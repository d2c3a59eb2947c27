"""Every sentence of the console in English and Chinese, on top of the report's words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from zhenzan.report import texts as report_texts

if TYPE_CHECKING:
    from zhenzan.report.texts import Entries
    from zhenzan.settings import Language

TEXT_FILES = (
    "shell",
    "sign_in",
    "administration",
    "queues",
    "case",
    "bulk",
    "appeal",
    "figures",
)


@cache
def console_entries() -> Entries:
    """The console's own texts: group → key → language → text."""
    return report_texts.read_texts(__package__, TEXT_FILES)


@cache
def all_entries() -> Entries:
    """The console's texts and the words of the product; nouns of both can be counted."""
    own, shared = console_entries(), report_texts.entries()
    twice = set(own) & set(shared)
    if twice:
        raise ValueError(f"the console repeats the groups {twice}")
    return shared | own


@cache
def console_texts(lang: Language) -> report_texts.Texts:
    """The texts in one language."""
    return report_texts.Texts(lang, all_entries())
