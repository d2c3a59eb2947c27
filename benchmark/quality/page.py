"""Writes docs/benchmarks.md: ``page.md.j2`` filled with tables, all of them from the results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.markdown import templates
from benchmark.quality import charts, environment
from benchmark.quality.compare import beaten, lines, modes
from benchmark.quality.peers import PEERS
from benchmark.quality.real import LEAST_STARS, LOGS, PLANTED
from benchmark.quality.run import OURS
from benchmark.quality.worlds import KINDS, NOTHING_BOUGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmark.quality.compare import Line
    from benchmark.quality.results import Results

DOCS = Path(__file__).parents[2] / "docs"
BOUGHT = tuple(kind for kind in KINDS if kind != NOTHING_BOUGHT)
MOST_NAMED = 4
LEAST_SHOWN = 0.0005
"""A smaller share would be shown as 0.0%."""
SHORT_HEAD = (
    "fake likes found, %",
    "Zhenzan, its verdicts",
    "Zhenzan, 1 in 10,000",
    "best peer, 1 in 10,000",
    "given labels, 1 in 10,000",
)
MAIN_HEAD = (
    *("", "AP", "found, 1 in 10,000, %", "found, 1 in 100, %"),
    *("out of the box: found, %", "precision, %", "honest accused /10k"),
    *("best F1: found, %", "precision, %", "honest accused /10k", "worst crowd /10k"),
    *("CPU s", "peak MB"),
)


def write(results: Results, docs: Path = DOCS) -> None:
    """Write the page and its pictures."""
    pictures = charts.draw(results, BOUGHT, docs / "images" / "benchmarks")
    (docs / "benchmarks.md").write_text(text(results, pictures), encoding="utf-8")


def text(results: Results, pictures: Sequence[tuple[str, str]]) -> str:
    """The page, in Markdown."""
    pages = templates()
    pages.filters["sentence"] = lambda words: words[0].upper() + words[1:]
    template = pages.from_string(Path(__file__).with_name("page.md.j2").read_text(encoding="utf-8"))
    kinds = [kind for kind in (*BOUGHT, PLANTED) if lines(results, kind)]
    rendered: str = template.render(
        setting=results.setting,
        pictures=pictures,
        accused=_accused(results),
        short=_short([(kind, lines(results, kind)) for kind in kinds]),
        beaten=[(kind, _beaten(lines(results, kind))) for kind in kinds],
        cost=_cost(lines(results, BOUGHT[0])),
        worlds=[
            {
                "kind": kind,
                "main": _main(table),
                "modes": _modes(table),
                "calibration": _calibration(table),
            }
            for kind in BOUGHT
            if (table := lines(results, kind))
        ],
        nothing=_nothing(lines(results, NOTHING_BOUGHT)),
        planted=_main(planted) if (planted := lines(results, PLANTED)) else "",
        planted_size=_size(planted),
        least_stars=LEAST_STARS,
        public=_public(results),
        logs=LOGS,
        detectors=_detectors(),
    )
    return rendered


def _short(tables: list[tuple[str, list[Line]]]) -> str:
    """Recall one in ten thousand, ours beside the best of those with and without labels."""
    rows = []
    for kind, table in tables:
        own = next((x for x in table if x.id == OURS), None)
        cells = [kind[0].upper() + kind[1:]]
        cells += [_percent(own.mean(at, "recall")) if own else "–" for at in ("usual", "budget")]
        for learns in (False, True):
            peers = [x for x in table if x.id != OURS and PEERS[x.id].learns is learns]
            best = max(peers, key=lambda x: x.mean("budget", "recall") or 0.0, default=None)
            found = best.mean("budget", "recall") if best else None
            some = best and found and found >= LEAST_SHOWN
            cells.append(f"{_percent(found)}, {best.title}" if best and some else "–")
        rows.append(cells)
    return markdown(SHORT_HEAD, rows)


def _accused(results: Results) -> str:
    """Whom our own verdicts wrong, world by world: a mean over seeds could hide it."""
    ran = [(log, f["usual"]) for log, f in results.everywhere(OURS) if f.get("usual")]
    wrong = [
        f"{found['honest_accused']} on {log} "
        f"({found['honest_accused_per_10k']:.1f} in ten thousand)"
        for log, found in ran
        if found["honest_accused"]
    ]
    if not wrong:
        return f"On {len(ran)} logs with a truth, our own verdicts do not accuse anybody honest."
    total = sum(found["honest_accused"] for _, found in ran)
    return (
        f"**Honest accounts that our own verdicts accuse**, on {len(ran)} logs with a truth: "
        f"{total}. {'; '.join(wrong)}. The promise is one in ten thousand."
    )


def _beaten(table: list[Line]) -> str:
    rows = [
        (
            found.measure,
            _real(found.ours),
            _named(found.peers),
            _named(found.taught),
        )
        for found in beaten(table)
    ]
    return markdown(("", "Zhenzan", "better", "better, given labels"), rows) if rows else ""


def _named(better: Sequence[tuple[str, float]]) -> str:
    return "; ".join(f"{title} {_real(value)}" for title, value in better[:MOST_NAMED]) or "–"


def _cost(table: list[Line]) -> str:
    ours = next((line.mean("cost", "cpu_s") for line in table if line.id == OURS), None)
    costs = [line.mean("cost", "cpu_s") or 0.0 for line in table if line.id != OURS]
    if ours is None or not costs:
        return ""
    cheaper = sum(cost < ours for cost in costs)
    return (
        f"{cheaper} of {len(costs)} peers take less CPU than our {_number(ours)} s on worlds of "
        f"{BOUGHT[0]}, the leanest of them {_number(min(costs))} s."
    )


def _main(table: list[Line]) -> str:
    return markdown(MAIN_HEAD, [_row(line) for line in table])


def _row(line: Line) -> tuple[str, ...]:
    return (
        line.title,
        _real(line.mean("ap")),
        _percent(line.mean("budget", "recall")),
        _percent(line.mean("lax", "recall")),
        _percent(line.mean("usual", "recall")),
        _percent(line.mean("usual", "precision")),
        _number(line.mean("usual", "honest_accused_per_10k")),
        _percent(line.mean("best", "recall")),
        _percent(line.mean("best", "precision")),
        _number(line.mean("best", "honest_accused_per_10k")),
        _crowd(line, "best"),
        _number(line.mean("cost", "cpu_s")),
        f"{line.mean('cost', 'peak_mb') or 0:,.0f}",
    )


def _modes(table: list[Line]) -> str:
    found = modes(table)
    some = [x for x in table if (x.mean("budget", "recall") or 0.0) >= LEAST_SHOWN]
    rows = [[x.title, *(_percent(x.by_mode("budget", mode)) for mode in found)] for x in some]
    own = next((x for x in some if x.id == OURS), None)
    if own:
        verdicts = (_percent(own.by_mode("usual", mode)) for mode in found)
        rows.insert(1, ["**Zhenzan**, its verdicts", *verdicts])
    none = ", ".join(x.title for x in table if x not in some)
    return markdown(("", *found), rows) + (f"\n\nNothing: {none}." if none else "")


def _calibration(table: list[Line]) -> str:
    return _real(next((x.mean("calibration_error") for x in table if x.id == OURS), None))


def _nothing(table: list[Line]) -> str:
    head = ("", "out of the box: accounts", "likes", "carried: accounts", "likes", "worst crowd")
    rows = [
        (
            line.title,
            _number(line.mean("usual", "honest_accused_per_10k")),
            _number(line.mean("usual", "false_likes_per_10k")),
            _number(line.mean("carried", "honest_accused_per_10k")),
            _number(line.mean("carried", "false_likes_per_10k")),
            _crowd(line, "carried"),
        )
        for line in table
        # Where nothing is fake there is nothing to learn.
        if line.id == OURS or not PEERS[line.id].learns
    ]
    return markdown(head, rows)


def _size(table: list[Line]) -> str:
    runs = [run for line in table for run in line.runs]
    if not runs:
        return ""
    counts, fake = runs[0]["counts"], runs[0]["fake_likes"]
    return (
        f"{counts['likes']:,} events by {counts['accounts']:,} accounts, {fake:,} of the events "
        f"stars: a guess has AP {fake / counts['likes']:.3f}."
    )


def _public(results: Results) -> str:
    tables = [{line.id: line for line in lines(results, log.name)} for log in LOGS]
    rows = [
        [_title(id_), *(_counts(table.get(id_)) for table in tables)]
        for id_ in (OURS, *PEERS)
        if any(id_ in table for table in tables)
    ]
    return markdown(("accounts called fake", *(log.name for log in LOGS)), rows) if rows else ""


def _counts(line: Line | None) -> str:
    if line is None:
        return "–"
    counts, more = line.runs[0]["counts"], line.runs[0]["more"]
    share = 100 * counts["accounts_called"] / max(counts["accounts"], 1)
    said = f"{counts['accounts_called']:,} ({share:.1f}%)"
    if line.id == OURS:
        suspect = more["accounts_by_verdict"].get("suspect", 0)
        said += f"; {suspect:,} suspect, {more['rings']:,} rings"
    return said


def _detectors() -> str:
    rows = []
    for peer in PEERS.values():
        columns = ["time, account, content", *(f"`{c}`" for c in peer.reads)]
        pin = f"`{peer.package}` {environment.version(peer.package)}, " if peer.package else ""
        rows.append(
            (
                peer.title,
                peer.about,
                ", ".join([*columns, *(["labels"] if peer.learns else [])]),
                peer.usual_from,
                f"{pin}{peer.licence}",
            )
        )
    return markdown(("", "its score", "needs", "settings, out of the box", "from"), rows)


def _title(id_: str) -> str:
    return PEERS[id_].title if id_ in PEERS else "**Zhenzan**"


def _crowd(line: Line, at: str) -> str:
    worst = line.worst_crowd(at)
    if worst is None:
        return "–"
    return f"{worst[0]} {worst[1]:,.0f}" if worst[0] else "none"


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; columns of numbers are aligned to the right."""
    body = list(rows)
    sides = ["---:" if all(_numeric(row[i]) for row in body) else "---" for i, _ in enumerate(head)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, sides, *body))


def _numeric(cell: str) -> bool:
    return cell == "–" or cell.replace(",", "").replace(".", "").isdigit()


def _real(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"
