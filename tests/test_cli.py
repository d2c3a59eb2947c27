"""The command line: exit status, what is said where, and the words on wrong calls."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import zhenzan
from zhenzan import api, cli, pipeline, worlds
from zhenzan.commands import options, scan, simulate
from zhenzan.terminal import TerminalProgress, terminal_language

PROGRAM = Path(sys.executable).with_name("zhenzan")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.mark.parametrize(
    ("call", "sentence", "hint"),
    [
        ("scan", "Missing argument 'EVENTS'.", "zhenzan scan --help says what it takes."),
        ("scan e.csv", "Missing option '--out'.", "zhenzan scan --help says what it takes."),
        (
            "scam",
            "No such command 'scam'. Did you mean 'scan'?",
            "zhenzan --help says what it takes.",
        ),
        (
            "scan e.csv --out o --endorsment like",
            "No such option: --endorsment (Possible options: --endorsement)",
            "zhenzan scan --help says what it takes.",
        ),
        (
            "scan e.csv --out o --engine abacus",
            "There is no engine 'abacus'.",
            "Choose from duckdb, spark.",
        ),
        (
            "scan e.csv --out o --lang fr",
            "Invalid value for '--lang': 'fr' is not one of 'en', 'zh'.",
            "zhenzan scan --help says what it takes.",
        ),
        (
            "scan e.csv --out o --map ts",
            "'ts' is not a mapping of columns.",
            "Write our name, =, your name, such as --map ts=created_at,account_id=uid.",
        ),
        (
            "scan e.csv --out o --map ts=a --map ts=b",
            "The column 'ts' is mapped to both 'a' and 'b'.",
            "Map each of our columns once.",
        ),
        (
            "scan e.csv --out o --memory much",
            "'much' is not an amount of memory.",
            "Write it like 8GB or 512MB.",
        ),
        (
            "scan e.csv --out .",
            "The results cannot replace HERE, which you are in.",
            "Name a directory of their own, such as ./scan.",
        ),
        (
            "scan e.csv --out mine",
            "The directory mine holds notes.txt, which is not Zhenzan's to replace.",
            "Choose a new or empty directory, or move your files out of this one.",
        ),
        (
            "simulate mine",
            "The directory mine holds notes.txt, which is not Zhenzan's to replace.",
            "Choose a new or empty directory, or move your files out of this one.",
        ),
        (
            "simulate world --modes magic",
            "'magic' is no way to fake a like.",
            f"Choose from {', '.join(worlds.ALL_MODES)}.",
        ),
        (
            "scan e.csv --out o --master spark://host:7077",
            "The engine duckdb has no master.",
            "Add --engine spark, or drop --master.",
        ),
        (
            "explain mine --account a",
            "mine is not a scan directory.",
            "Name the directory that zhenzan scan --out wrote; it holds a summary.json.",
        ),
    ],
)
def test_wrong_calls(
    call: str,
    sentence: str,
    hint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    assert cli.run(call.split()) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    said = captured.err.replace(str(tmp_path), "HERE")
    assert said == f"Error: {sentence}\nHint: {hint}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == 2
    assert "Usage: zhenzan" in capsys.readouterr().out
    assert cli.run(["--help"]) == 0
    assert "Usage: zhenzan" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("zhenzan 0.")


def test_help_waits_for_no_heavy_import() -> None:
    code = (
        "import sys; from zhenzan import cli; cli.run(['--help']); "
        "sys.exit(bool({'pyarrow', 'numba', 'duckdb', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_scan_in_a_pipe_prints_json_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("ts,uid,content_id\n1760000000,u1,c1\n1760000009,u2,c1\n")
    done = subprocess.run(
        [*(PROGRAM, "scan", "e.csv"), *("--out", "scan"), *("--map", "account_id=uid"), "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert summary == json.loads((tmp_path / "scan" / "summary.json").read_text())
    assert summary["rows"]["accepted"] == 2


def test_a_scan_ends_by_naming_its_report(
    small_world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["scan", str(small_world / "events.parquet"), "--out", str(tmp_path / "s")]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.splitlines()[-1] == str(tmp_path / "s" / "report.html")


def _everything_written(terminal: int) -> str:
    """One read returns what has arrived so far; a terminal ends with an error, not with nothing."""
    parts: list[bytes] = []
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 65_536):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()


def test_progress_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with TerminalProgress() as progress:
            with progress.doing("simulating a world"):
                pass
            progress.started("ingest", 1, 8)
            progress.finished("ingest", 0.1)
    shown = _everything_written(ours)
    assert "simulating a world" in shown
    assert "1/8 ingest" in shown
    assert "✓" in shown


def test_progress_is_silent_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with TerminalProgress() as progress:
        progress.started("ingest", 1, 8)
        progress.finished("ingest", 0.1)
    assert capsys.readouterr() == ("", "")


def test_work_that_fails_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = str(tmp_path / "absent.parquet")
    assert cli.run(["scan", absent, "--out", str(tmp_path / "scan")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    first, second = captured.err.splitlines()
    assert first.startswith("Error: ")
    assert "absent.parquet" in first
    assert second.startswith("Hint: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["like", "account", "content", "ring"])
def test_explain(option: str, ring_scan: zhenzan.Scan, capsys: pytest.CaptureFixture[str]) -> None:
    entity = {
        "like": ring_scan.likes["event_id"],
        "account": ring_scan.likes["account_id"],
        "content": ring_scan.likes["content_id"],
        "ring": ring_scan.rings["ring_id"],
    }[option][0].as_py()
    call = ["explain", str(ring_scan.directory), f"--{option}", str(entity)]
    assert cli.run(call) == 0
    text = capsys.readouterr().out
    assert str(entity) in text
    assert cli.run([*call, "--lang", "zh"]) == 0
    assert capsys.readouterr().out != text
    assert cli.run([*call, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["entity"] == {
        "type": option,
        "id": str(entity),
    }


def test_report_in_another_language(
    small_scan: zhenzan.Scan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = zhenzan.open(shutil.copytree(small_scan.directory, tmp_path / "scan"))
    assert cli.run(["report", str(copy.directory), "--lang", "zh"]) == 0
    assert capsys.readouterr().out == f"{copy.report}\n"
    assert '<html lang="zh' in copy.report.read_text(encoding="utf-8")
    assert copy.likes.equals(small_scan.likes)


def test_evaluate(
    small_scan: zhenzan.Scan, small_world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["evaluate", str(small_scan.directory), str(small_world / "truth")]
    assert cli.run(call) == 0
    assert capsys.readouterr().out
    assert cli.run([*call, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_simulate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["simulate", str(tmp_path / "w"), "--accounts", "150", "--days", "3", "--modes", "api"]
    assert cli.run(call) == 0
    assert cli.run(call) == 0  # a world may replace a world
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "w")
    assert {path.name for path in (tmp_path / "w").iterdir()} == set(options.WORLD_FILES)


def test_demo_ends_by_naming_its_report(
    small_world: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    small = worlds.WorldSettings(accounts=300, days=5, modes=("api",), crowds=("fans",))
    monkeypatch.setattr(worlds, "demo_settings", lambda: small)
    assert cli.run(["demo"]) == 0
    assert cli.run(["demo", "--lang", "zh"]) == 0
    report = Path(capsys.readouterr().out.splitlines()[-1])
    assert report == Path("zhenzan-demo/scan/report.html")
    assert '<html lang="zh' in report.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "Error: Interrupted. What was there before is as it was.\n"),
        (MemoryError(), 1, "Error: No memory is left.\nHint: Lower --memory or --threads.\n"),
    ],
)
def test_broken_off(
    error: BaseException,
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "run", fail)
    assert cli.run(["scan", "e.csv", "--out", str(tmp_path / "scan")]) == status
    assert capsys.readouterr() == ("", said)
    assert not list(tmp_path.iterdir())


def test_a_defect_is_owned_and_its_traceback_kept(tmp_path: Path) -> None:
    code = (
        "import sys; from zhenzan import cli, pipeline; pipeline.run = lambda *_: {}['lost']; "
        f"sys.argv = ['zhenzan', 'scan', 'e.csv', '--out', '{tmp_path}/scan']; cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 1
    assert done.stdout == ""
    first, second = done.stderr.splitlines()
    assert first == "Error: This is a defect in Zhenzan: KeyError."
    (kept,) = tmp_path.glob("zhenzan-defect-*.txt")
    assert str(kept) in second
    assert "KeyError: 'lost'" in kept.read_text()


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": "zh_TW"}, "zh"),
    ],
)
def test_language_of_the_terminal(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal_language() == language


def test_maps_and_lists() -> None:
    assert scan.parse_map(["ts=created_at, account_id=uid", "ts=created_at"]) == {
        "ts": "created_at",
        "account_id": "uid",
    }
    assert options.split("share, favorite,") == ("share", "favorite")


def defaults(function: Any) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def test_defaults_are_those_of_python() -> None:
    ours, theirs = defaults(scan.scan), defaults(api.scan)
    for name in ("false_per_10k", "memory", "threads", "engine", "accounts", "contents", "labels"):
        assert ours[name] == theirs[name], name
    assert options.split(ours["endorsement"]) == theirs["endorsement"]
    world = worlds.WorldSettings()
    for name, value in defaults(simulate.simulate).items():
        assert value == getattr(world, name) or name == "modes", name
