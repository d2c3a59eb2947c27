"""The pictures of docs/benchmarks.md: Vega-Lite specifications (charts/*.json), filled."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vl_convert

from benchmark.quality.compare import lines
from benchmark.quality.peers import PEERS
from benchmark.quality.run import OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.quality.compare import Line
    from benchmark.quality.results import Results

SPECIFICATIONS = Path(__file__).with_name("charts")
CAPTIONS = {
    "budget.svg": "Fake likes found within two budgets of false accusations, a detector a row",
    "trade.svg": "Out of the box: fake likes found, and honest accounts accused",
}


def draw(results: Results, kinds: Sequence[str], folder: Path) -> list[tuple[str, str]]:
    """Draw every picture for which there are figures; returns the files with captions."""
    rows = [row for kind in kinds for line in lines(results, kind) for row in _rows(kind, line)]
    if not rows:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    for name in CAPTIONS:
        path = SPECIFICATIONS / name.replace(".svg", ".json")
        specification: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        specification["datasets"] = {"rows": rows}
        next(iter(specification["facet"].values()))["sort"] = list(kinds)
        if "encoding" in specification["spec"]:
            specification["spec"]["encoding"]["y"]["sort"] = _order(rows)
        svg = vl_convert.vegalite_to_svg(specification, vl_version="6.1", allowed_base_urls=[])
        (folder / name).write_text(svg + "\n", encoding="utf-8")
    return list(CAPTIONS.items())


def _order(rows: list[dict[str, Any]]) -> list[str]:
    """Detectors, those that find most first."""
    found: dict[str, float] = {}
    for row in rows:
        if row["at"] != "out of the box":
            found[row["detector"]] = found.get(row["detector"], 0.0) + row["found"]
    return sorted(found, key=lambda detector: -found[detector])


def _rows(kind: str, line: Line) -> list[dict[str, Any]]:
    family = PEERS[line.id].family if line.id in PEERS else ""
    plain = f"{family}, the best of it" if family else re.sub("[*`]", "", line.title)
    return [
        {
            "world": kind,
            "detector": plain,
            "who": "Zhenzan" if line.id == OURS else "peer",
            "at": word,
            "found": 100 * (line.mean(at, "recall") or 0.0),
            "accused": line.mean(at, "honest_accused_per_10k"),
        }
        for at, word in (
            ("usual", "out of the box"),
            ("budget", "1 in 10,000"),
            ("lax", "1 in 100"),
        )
    ]
