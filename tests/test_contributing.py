"""Follows "Add a detector in five steps" word by word, in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def follow(text: str, project: Path) -> list[str]:
    """Do what the page says; returns the files that it made or changed."""
    edits = re.finditer(
        r"(?:(?:After|after)\s+`(?P<anchor>[^`]+)`\s+in|All\s+of)\s+`(?P<file>[^`]+)`:\n\n"
        r"```\w+\n(?P<block>.*?)```",
        text,
        re.DOTALL,
    )
    touched = []
    for edit in edits:
        file = project / edit["file"]
        touched.append(edit["file"])
        if edit["anchor"] is None:
            assert not file.exists()
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(edit["block"], encoding="utf-8")
        else:
            before = file.read_text(encoding="utf-8")
            assert before.count(edit["anchor"]) == 1, edit["anchor"]
            after = before.replace(edit["anchor"], f"{edit['anchor']}\n{edit['block'].rstrip()}")
            file.write_text(after, encoding="utf-8")
    return touched


def run(project: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": f"{project / 'src'}{os.pathsep}{project}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_five_steps_add_a_detector(tmp_path: Path) -> None:
    for name in ("src", "tests", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "Makefile", *(page.name for page in ROOT.glob("*.md"))):
        shutil.copy(ROOT / name, tmp_path)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    steps = text[text.index("## Add a detector") : text.index("## Taste")]
    assert len(re.findall(r"^\*\*\d\. ", steps, re.MULTILINE)) == 5

    touched = follow(steps, tmp_path)
    assert len(touched) == steps.count("\n```") // 2
    code = [name for name in touched if name.endswith(".py")]
    run(tmp_path, "docs/generate.py")
    run(tmp_path, "-m", "ruff", "check", "--no-cache", "--fix", *code)
    run(tmp_path, "-m", "ruff", "format", *code)
    chosen = "metronome or generated or larger_logs or has_a_twin or one_of_each or its_detector"
    run(
        *(tmp_path, "-m", "pytest", "-p", "no:cacheprovider", "-k", chosen),
        *("tests/detectors", "tests/test_docs.py", "tests/report/test_texts.py"),
    )
