"""The house rules that a machine can check: layers, sizes, captions, names, words, imports."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FILES = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py")), *sorted(ROOT.glob("benchmark/**/*.py"))]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]

MOST_LINES_PER_FILE = 400
MOST_LINES_PER_FUNCTION = 50
"""Without its signature and docstring."""
VAGUE_NAMES = {"utils", "util", "common", "core", "helpers", "misc", "manager", "handler"}
NETWORK = {"requests", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_layers_hold(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("engines/base.py", "from zhenzan import pipeline", "Layers"),
        ("features/__init__.py", "from zhenzan.detectors import base", "Layers"),
        ("rings/__init__.py", "from zhenzan import worlds", "Layers"),
        ("worlds/__init__.py", "from zhenzan.tables import LIKES", "The simulator"),
        ("scores/__init__.py", "import benchmark", "The product"),
        ("unplaced.py", "import json", "Layers"),
    ],
)
def test_the_contracts_catch(copy: Path, file: str, line: str, contract: str) -> None:
    broken = copy / "src" / "zhenzan" / file
    broken.write_text(f"{broken.read_text() if broken.exists() else ''}\n{line}\n")
    done = lint_imports(copy)
    assert done.returncode == 1
    output = done.stdout + done.stderr
    assert re.search(rf"{contract}.*BROKEN|[Uu]ndeclared", output), output


@pytest.mark.parametrize("path", FILES, ids=named)
def test_size_and_caption(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES_PER_FILE
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "line 1 says what the file is for"
    assert text.startswith('"""')
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            code = node.body[1:] if ast.get_docstring(node) else node.body
            length = (code[-1].end_lineno or 0) - code[0].lineno + 1 if code else 0
            assert length <= MOST_LINES_PER_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_names_say_something(path: Path) -> None:
    assert path.stem not in VAGUE_NAMES
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            assert not re.search("Manager|Handler|Helper|Util", node.name), node.name


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_exception_to_a_rule_has_its_reason(path: Path) -> None:
    marks = re.compile(r"# *(noqa: *[A-Z0-9, ]+|type: ignore\[[a-z, -]+\]|pragma: no cover)(.*)")
    with path.open("rb") as file:
        tokens = list(tokenize.tokenize(file.readline))
    for comment in (token.string for token in tokens if token.type == tokenize.COMMENT):
        assert "noqa" not in comment or "noqa: " in comment, comment
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", comment), comment
        for mark in marks.finditer(comment):
            assert re.search(r"\w+ \w+", mark[2]), f"without a reason: {comment}"


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_network(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"socket\.(socket|create_connection)|urlopen", text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported = {node.module or ""}
        else:
            continue
        assert not {name.split(".")[0] for name in imported} & NETWORK
        assert not imported & {"urllib.request", "http.client"}


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_users_read_of_invalid_engagement_never_of_fraud(path: Path) -> None:
    # FRAUDAR is a method; the option --fraud of a simulated world is public interface.
    allowed = {"fraudar", "fraud"} if "worlds" in path.parts else {"fraudar"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = re.findall(r"\w*fraud\w*", node.value, re.IGNORECASE)
            assert {word.lower() for word in words} <= allowed, node.value


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_pages_speak_of_invalid_engagement(path: Path) -> None:
    text = re.sub(r"`[^`]*`", "", path.read_text(encoding="utf-8"))
    words = re.findall(r"\w*fraud\w*", text, re.IGNORECASE)
    assert {word.lower() for word in words} <= {"fraudar"}


def test_nothing_but_free_licences_at_run_time() -> None:
    seen: set[str] = set()
    waiting = ["zhenzan"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            package = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another platform
        facts = package.get_all("License-Expression", []) + package.get_all("Classifier", [])
        assert not re.search(r"\bA?GPL|GNU (Affero )?General", " ".join(facts)), name
        waiting += [
            re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
            for requirement in importlib.metadata.requires(name) or []
            if "extra ==" not in requirement
        ]
    assert len(seen) > 10


def test_the_lock_is_public_and_hashed() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"file:|://|find-links|index-url|^/", lock, re.MULTILINE)
    pins = [line for line in lock.splitlines() if re.match(r"[a-z0-9]", line)]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert lock.count("--hash=sha256:") >= len(pins)
