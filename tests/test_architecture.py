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
MOST_LINES_PER_FUNCTION = 60
"""Without its signature and docstring; the aim is 50."""
VAGUE_NAMES = {"utils", "util", "common", "core", "helpers", "misc", "manager", "handler"}
NETWORK = re.compile(
    r"(requests|httpx|aiohttp|urllib3|ftplib|smtplib|urllib\.request|http\.client)\b"
    r"|socket\.(socket|create_connection)$"
)

CALLS_OUT = {
    "src/zhenzan/serve/auth/oidc.py": "the identity provider that the operator named",
    "src/zhenzan/serve/webhooks/sending.py": "those whom the operator wants told",
}
"""Files that may open a connection, and to whom."""

TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


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
    ("file", "line", "offence"),
    [
        ("engines/base.py", "from zhenzan import pipeline", "zhenzan.engines.base ->"),
        ("features/__init__.py", "from zhenzan.detectors import base", "zhenzan.features ->"),
        ("rings/__init__.py", "from zhenzan import worlds", "zhenzan.rings -> zhenzan.worlds"),
        ("worlds/__init__.py", "from zhenzan.tables import LIKES", "zhenzan.worlds ->"),
        ("scores/__init__.py", "import benchmark", "zhenzan.scores -> benchmark"),
        ("unplaced.py", "import json", "- zhenzan.unplaced"),
    ],
)
def test_the_contracts_catch(copy: Path, file: str, line: str, offence: str) -> None:
    broken = copy / "src" / "zhenzan" / file
    broken.write_text(f"{broken.read_text() if broken.exists() else ''}\n{line}\n")
    done = lint_imports(copy)
    assert done.returncode == 1
    assert offence in done.stdout + done.stderr


def test_captions() -> None:
    without = [
        named(path)
        for path, tree in TREES.items()
        if tree.body and not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert not without, "line 1 says what the file is for"


def test_sizes() -> None:
    long = [named(path) for path in TREES if lines(path) > MOST_LINES_PER_FILE]
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                code = node.body[1:] if ast.get_docstring(node) else node.body
                length = (code[-1].end_lineno or 0) - code[0].lineno + 1 if code else 0
                if length > MOST_LINES_PER_FUNCTION:
                    long.append(f"{named(path)}: {node.name}, {length} lines")
    assert not long


def test_names_say_something() -> None:
    classes = [
        (path, node.name)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    assert classes
    assert not [named(path) for path in TREES if path.stem in VAGUE_NAMES]
    assert not [(named(p), name) for p, name in classes if re.search("Manager|Handler|Util", name)]


def test_every_exception_to_a_rule_has_its_reason() -> None:
    marks = re.compile(r"# *(noqa\b(: *[A-Z]+[0-9]+,? ?)*|type: ignore\S*|pragma: no cover)(.*)")
    without = []
    for path in TREES:
        with path.open("rb") as file:
            tokens = list(tokenize.tokenize(file.readline))
        for token in tokens:
            if token.type != tokenize.COMMENT:
                continue
            mark = marks.search(token.string)
            if re.search(r"\b(TODO|FIXME|XXX)\b", token.string) or (
                mark and not re.search(r"\w+ \w+", mark[3])
            ):
                without.append(f"{named(path)}:{token.start[0]} {token.string}")
    assert not without


def test_no_network() -> None:
    imported = []
    for path in SOURCES:
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.Import):
                imported += [(named(path), alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                imported.append((named(path), node.module or ""))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                imported.append((named(path), f"{node.value.id}.{node.attr}"))
    calling = {path for path, name in imported if NETWORK.match(name)}
    assert calling == set(CALLS_OUT)
    assert imported


def test_users_read_of_invalid_engagement_never_of_fraud() -> None:
    said = []
    for path in SOURCES:
        # FRAUDAR is a method; the option --fraud of a simulated world is public interface.
        allowed = {"fraudar", "fraud"} if "worlds" in path.parts else {"fraudar"}
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said += [(named(path), word) for word in fraud_words(node.value) - allowed]
    for page in PAGES:
        text = re.sub(r"`[^`]*`", "", page.read_text(encoding="utf-8"))
        said += [(named(page), word) for word in fraud_words(text) - {"fraudar"}]
    assert not said


def fraud_words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"\w*fraud\w*", text, re.IGNORECASE)}


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


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-spark.lock", "benchmark/quality/peers.txt"]
)
def test_locks_are_public_and_hashed(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"file:|://|find-links|index-url|^/", lock, re.MULTILINE)
    pins = [line for line in lock.splitlines() if re.match(r"[a-z0-9]", line)]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert lock.count("--hash=sha256:") >= len(pins)


def test_importing_a_scan_does_not_load_pandas() -> None:
    """It takes a second, and Arrow asks for it as soon as a value of ours becomes an array."""
    code = "import sys, zhenzan.pipeline, zhenzan.worlds; sys.exit('pandas' in sys.modules)"
    env = {"PYTHONPATH": str(ROOT / "src"), "PATH": ""}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0
