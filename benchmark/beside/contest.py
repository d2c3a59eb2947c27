"""Runs contenders in turn, each a process of its own, and keeps the median of what they cost."""

from __future__ import annotations

import json
import resource
import statistics
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from benchmark.speed import measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LIMIT_S = 900.0


@dataclass(frozen=True)
class Contender:
    """One way of doing the work.

    Attributes:
        title: What it is called in the table.
        command: Does the work once and writes a ``Work`` as JSON into the file that is added to it
            as its last argument.
    """

    title: str
    command: Sequence[str]


@dataclass(frozen=True)
class Work:
    """What a contender says of the work alone, its start and the reading of its input left out.

    Attributes:
        cpu_s: CPU seconds, those of its own processes included.
        wall_s: Wall seconds.
        answer: What it found, to be judged beside the others.
    """

    cpu_s: float
    wall_s: float
    answer: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write it for the process that started this one."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


class Clock:
    """Seconds since it was made: CPU, ended children included, and wall."""

    def __init__(self) -> None:
        self._cpu_s, self._wall_s = _cpu_s(), time.perf_counter()

    def work(self, answer: dict[str, Any]) -> Work:
        """What has been worked since, and what it gave."""
        return Work(_cpu_s() - self._cpu_s, time.perf_counter() - self._wall_s, answer)


def _cpu_s() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def contest(contenders: Sequence[Contender], runs: int, folder: Path) -> list[dict[str, Any]]:
    """Run all contenders in turn, ``runs`` times, after one turn that is not counted.

    Returns:
        A row a contender: medians of ``work_cpu_s``, ``work_wall_s``, ``cpu_s`` (whole process) and
        ``peak_mb``, and its ``answer``, which has to be the same each time.

    Raises:
        SystemExit: One failed, or gave two answers.
        TimeoutError: One took longer than a quarter of an hour.
    """
    measured: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for turn, contender in _turns(contenders, runs):
        said = folder / "work.json"
        cost = measure([*contender.command, str(said)], limit_s=LIMIT_S)
        work = json.loads(said.read_text(encoding="utf-8"))
        print(f"{turn} {contender.title}: {work['cpu_s']:.3f} CPU-s of work", flush=True)
        measured[contender.title].append(
            {
                "work_cpu_s": work["cpu_s"],
                "work_wall_s": work["wall_s"],
                "cpu_s": cost.cpu_s,
                "peak_mb": cost.peak_mb,
                "answer": work["answer"],
            }
        )
    return [_median(title, rows) for title, rows in measured.items()]


def _turns(contenders: Sequence[Contender], runs: int) -> Iterator[tuple[int, Contender]]:
    for turn in range(runs + 1):
        for contender in contenders:
            yield turn, contender


def _median(title: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    if any(row["answer"] != rows[0]["answer"] for row in rows):
        raise SystemExit(f"{title} gave two answers to one question")
    counted = rows[1:]
    costs = [name for name in counted[0] if name != "answer"]
    return {
        "title": title,
        **{name: statistics.median(row[name] for row in counted) for name in costs},
        "answer": rows[0]["answer"],
    }
