"""Writes the parts of the reference pages that the code already says: `make docs`.

Between ``<!-- NAME -->`` and ``<!-- /NAME -->`` a page holds what this file makes of NAME; the rest
of the page is written by hand. A test fails when a page is not what this file would write.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from zhenzan.cli import app
from zhenzan.reasons import REASONS
from zhenzan.scores import read_weights
from zhenzan.tables import OUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PAGES = Path(__file__).parent


def commands() -> str:
    """Every command with its arguments and options."""
    parts: list[str] = []
    for name, command in leaves(typer.main.get_command(app)).items():
        words = " ".join(p.metavar for p in command.params if p.param_type_name == "argument")
        rows = [(f"`{_spelling(p)}`", p.help, _default(p)) for p in command.params]
        parts += [f"### `zhenzan {f'{name} {words}'.strip()}`", command.help]
        if rows:
            parts.append(_table(("argument or option", "meaning", "default"), rows))
    return "\n\n".join(parts)


def leaves(group: Any, before: str = "") -> dict[str, Any]:
    """Every command that does something, by its words: ``scan``, ``audit verify``."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        words = f"{before} {name}".strip()
        inner = leaves(command, words) if hasattr(command, "commands") else {}
        if not inner or command.invoke_without_command:
            found[words] = command
        found |= inner
    return found


def tables() -> str:
    """Every table of a scan directory with its columns."""
    parts: list[str] = []
    for table in OUT_TABLES:
        rows = [
            (f"`{c.name}`", f"{c.type}{', nullable' if c.nullable else ''}", c.meaning)
            for c in table.columns
        ]
        key = ", ".join(f"`{name}`" for name in table.key)
        parts += [
            f"### `{table.name}.parquet`",
            f"{table.about} Sorted by {key}.",
            _table(("column", "type", "meaning"), rows),
        ]
    return "\n\n".join(parts)


def reasons() -> str:
    """Every reason code in both languages."""
    rows = [
        (
            f"`{code}`",
            f"{reason.entity}",
            f"{reason.family}",
            f"**{reason.title['en']}**: {reason.sentence['en']}",
            f"**{reason.title['zh']}**：{reason.sentence['zh']}",
        )
        for code, reason in sorted(REASONS.items())
    ]
    return _table(("code", "about", "evidence", "English", "中文"), rows)


def weights() -> str:
    """The parts of the engagement score and of health, what they weigh and why."""
    found = read_weights()
    rows = [
        (score, f"`{part.name}`", str(part.weight), part.reason)
        for score, parts in (("engagement", found.engagement.parts), ("health", found.health.parts))
        for part in parts
    ]
    return _table(("score", "part", "weight", "why"), rows)


WRITERS: dict[str, tuple[str, Callable[[], str]]] = {
    "commands": ("reference.md", commands),
    "tables": ("reference.md", tables),
    "reasons": ("reasons.md", reasons),
    "weights": ("scores.md", weights),
}


def written() -> dict[Path, str]:
    """Each page as it should be, by path."""
    pages: dict[Path, str] = {}
    for name, (file, write) in WRITERS.items():
        path = PAGES / file
        page = pages.get(path) or path.read_text(encoding="utf-8")
        between = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
        parts = between.split(page)
        if len(parts) != 2:
            raise ValueError(f"{path} needs one place for {name}")
        pages[path] = f"\n{write()}\n\n".join(parts)
    return pages


def _spelling(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar)
    kind = parameter.metavar or parameter.display_type(None)
    return f"{parameter.opts[0]}{'' if parameter.is_flag else f' {kind}'}"


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    return "" if parameter.default in (None, False) else f"`{parameter.default}`"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    cells = [[cell.replace("|", "\\|") for cell in row] for row in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


if __name__ == "__main__":
    for page_path, text in written().items():
        page_path.write_text(text, encoding="utf-8")
