"""Pages that cannot lie: what the code has is documented, and what pages say can be done."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from zhenzan.cli import app
from zhenzan.detectors import DETECTORS
from zhenzan.reasons import REASONS
from zhenzan.tables import OUT_TABLES

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))
COMMANDS: dict[str, Any] = GENERATE["leaves"](typer.main.get_command(app))
GROUPS = {words.partition(" ")[0] for words in COMMANDS if " " in words}
FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
ROOT_OPTIONS = {"--version", "--help", "--install-completion", "--show-completion"}


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def options(command: str) -> set[str]:
    return {option for p in COMMANDS[command].params for option in p.opts} | {"--help"}


def code_lines(text: str) -> list[str]:
    """Lines of fenced blocks, continued lines joined, comments and prompts taken off."""
    lines = "".join(re.findall(FENCED, text)).replace("\\\n", " ").splitlines()
    return [re.sub(r"\s#.*", "", line).removeprefix("$ ").strip() for line in lines]


def calls(text: str) -> list[list[str]]:
    """Every call of zhenzan on a page, in blocks and between backticks."""
    said = [*code_lines(text), *re.findall(r"`(zhenzan [^`]+)`", text.replace("\n", " "))]
    return [shlex.split(line) for line in said if re.match(r"zhenzan [a-z-]", line)]


def test_generated_pages_are_what_the_code_says() -> None:
    written = GENERATE["written"]()
    assert {path.name for path in written} == {"reference.md", "reasons.md", "scores.md"}
    for path, text in written.items():
        assert path.read_text(encoding="utf-8") == text, f"run make docs: {path.name} is stale"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_documented(command: str) -> None:
    _, found, section = page("reference.md").partition(f"### `zhenzan {command}")
    assert found
    section = section.partition("\n### ")[0]
    for option in options(command) - {"--help"}:
        assert f"`{option}" in section or option == option.strip("-"), option


def test_options_of_the_program_are_documented() -> None:
    for option in ROOT_OPTIONS:
        assert option in page("reference.md")


@pytest.mark.parametrize("table", OUT_TABLES, ids=lambda table: table.name)
def test_every_table_and_column_is_documented(table: Any) -> None:
    _, found, section = page("reference.md").partition(f"### `{table.name}.parquet`")
    assert found
    section = section.partition("\n### ")[0]
    for column in table.column_names:
        assert f"| `{column}` |" in section


def test_every_reason_code_is_documented() -> None:
    for code in REASONS:
        assert f"| `{code}` |" in page("reasons.md")


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_every_detector_has_its_page(detector: Any) -> None:
    text = page(f"detectors/{detector.id}.md")
    for code in detector.reason_codes:
        assert f"`{code}`" in text
    for column in detector.needs:
        assert f"`{column}`" in text


def test_every_detector_page_has_its_detector() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "detectors").glob("*.md")} - {"README"}
    assert pages == {detector.id for detector in DETECTORS}
    for name in pages:
        assert f"({name}.md)" in page("detectors/README.md")


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_calls_on_a_page_can_be_made(path: Path) -> None:
    for _, first, *rest in calls(path.read_text(encoding="utf-8")):
        if first.startswith("-"):
            assert first in ROOT_OPTIONS, first
            continue
        if first in GROUPS - COMMANDS.keys() and not rest:
            continue
        word = first
        while rest and any(f"{c} ".startswith(f"{word} {rest[0]} ") for c in COMMANDS):
            word = f"{word} {rest.pop(0)}"
        assert word in COMMANDS, f"zhenzan {word}"
        for option in re.findall(r"--[a-z][\w-]*", " ".join(rest)):
            assert option in options(word), f"zhenzan {word} {option}"


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_make_targets_on_a_page_exist(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = path.read_text(encoding="utf-8")
    said = re.findall(r"^(?:\$ )?make ([a-z-]+)", "\n".join(code_lines(text)), re.MULTILINE)
    said += re.findall(r"`make ([a-z-]+)`", text)
    assert set(said) <= targets


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(FENCED, "", path.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://|mailto:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        if anchor:
            heads = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in slugs, link
