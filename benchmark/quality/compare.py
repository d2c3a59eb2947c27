"""Detectors beside each other: means over seeds, and where a peer is better than we are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmark.quality.peers import PEERS
from benchmark.quality.run import OURS

if TYPE_CHECKING:
    from benchmark.quality.judge import Figures
    from benchmark.quality.results import Results

BUDGETS = (("budget", "one in 10,000"), ("lax", "one in 100"))
NEAR = 0.02
"""Two points of a hundred: a smaller difference is not called one."""


@dataclass(frozen=True)
class Line:
    """One detector on the logs of one kind.

    Attributes:
        id: The detector.
        title: Its name, for a family the name of its best.
        runs: Its figures, a log each.
    """

    id: str
    title: str
    runs: tuple[Figures, ...]

    def mean(self, *path: str) -> float | None:
        """Mean of one figure over the logs that have it, such as ``("best", "recall")``."""
        values = [value for run in self.runs if (value := _at(run, path)) is not None]
        return sum(values) / len(values) if values else None

    def by_mode(self, at: str, mode: str) -> float | None:
        """Mean recall of one way to fake."""
        return self.mean(at, "recall_by_mode", mode)

    def worst_crowd(self, at: str) -> tuple[str, float] | None:
        """The honest crowd that fares worst on any of the logs, accounts in ten thousand."""
        found = [run[at] for run in self.runs if run.get(at)]
        found = [f for f in found if f["worst_crowd_per_10k"] is not None]
        if not found:
            return None
        worst = max(found, key=lambda f: float(f["worst_crowd_per_10k"]))
        return str(worst["worst_crowd"]), float(worst["worst_crowd_per_10k"])


def _at(figures: Figures, path: tuple[str, ...]) -> float | None:
    value: object = figures
    for word in path:
        value = value.get(word) if isinstance(value, dict) else None
    return float(value) if isinstance(value, int | float) else None


def lines(results: Results, kind: str) -> list[Line]:
    """Ours first, then every peer that ran, best average precision first, one a family.

    Where there is no truth to say which of a family is best, all of it is kept.
    """
    found = [
        Line(id_, PEERS[id_].title if id_ in PEERS else "**Zhenzan**", ran)
        for id_ in (OURS, *PEERS)
        if (ran := tuple(f for f in results.of(kind, id_) if "cost" in f))
    ]
    found.sort(key=lambda line: (line.id != OURS, -(line.mean("ap") or 0.0)))
    kept, families = [], set()
    for line in found:
        family = PEERS[line.id].family if line.id in PEERS else ""
        if line.mean("ap") is None or not family or family not in families:
            kept.append(line)
        families.add(family)
    return kept


def modes(table: list[Line]) -> list[str]:
    """Every way to fake that occurs."""
    return sorted({m for x in table for r in x.runs for m in r["usual"]["recall_by_mode"]})


@dataclass(frozen=True)
class Beaten:
    """A figure by which peers are better than we are.

    Attributes:
        measure: What is compared, in words.
        ours: Our figure.
        peers: Titles of the better ones and their figures, best first.
        taught: The same of peers that are given labels.
    """

    measure: str
    ours: float
    peers: tuple[tuple[str, float], ...]
    taught: tuple[tuple[str, float], ...]


def beaten(table: list[Line]) -> list[Beaten]:
    """Where peers beat us on the logs of one kind."""
    mine = next((line for line in table if line.id == OURS), None)
    if mine is None:
        return []
    questions = [
        ("average precision", ("ap",)),
        ("best F1", ("best", "f1")),
        *((f"fake likes found, {words}", (at, "recall")) for at, words in BUDGETS),
    ]
    questions += [
        (f"found of {mode}, {words}", (at, "recall_by_mode", mode))
        for at, words in BUDGETS
        for mode in modes(table)
    ]
    found = []
    for measure, path in questions:
        ours = mine.mean(*path) or 0.0
        better = [
            (line.id, line.title, value)
            for line in table
            if line.id != OURS and (value := line.mean(*path) or 0.0) > ours + NEAR
        ]
        better.sort(key=lambda one: -one[2])
        peers = tuple((title, value) for id_, title, value in better if not PEERS[id_].learns)
        taught = tuple((title, value) for id_, title, value in better if PEERS[id_].learns)
        if better:
            found.append(Beaten(measure, ours, peers, taught))
    return found
