"""Drawings of a case as plain numbers for an SVG: a ring's dot plot and its graph of links."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.report.charts import time_ticks
from zhenzan.report.wording import moment

if TYPE_CHECKING:
    from zhenzan.serve.console.evidence import Evidence, Links
    from zhenzan.serve.console.names import Names

WIDTH = 720.0
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM = 12.0, 12.0, 10.0, 26.0
ROW = 7.0
LEAST_HEIGHT, MOST_HEIGHT = 120.0, 420.0
GRAPH_ROW = 20.0
SWEEPS = 4
"""So often each column of the graph is sorted by its neighbours' places."""
US_PER_MS = 1_000


@dataclass(frozen=True)
class DotPlot:
    """Accounts down, time or contents across.

    Attributes:
        width: Of the drawing; so is height.
        height: The same.
        others: SVG path of the dots of other accounts; ``own`` of the case's account.
        own: The same.
        own_y: Where the account's row is; None if it has no dot.
        ticks: Places and words along the bottom.
    """

    width: float
    height: float
    others: str
    own: str
    own_y: float | None
    ticks: list[tuple[float, str]]


def dots_by_time(evidence: Evidence, account_id: str) -> DotPlot:
    """The ring's likes by account and time."""
    times = [like.us for like in evidence.ring_likes]
    start, end = min(times), max(*times, min(times) + 1)
    ticks = [
        (float(ms * US_PER_MS), moment(int(ms * US_PER_MS))[5:])
        for ms in time_ticks(start / US_PER_MS, end / US_PER_MS)
    ]
    points = [(float(like.us), like.account_id) for like in evidence.ring_likes]
    return _plot(evidence, points, (start, end), ticks, account_id)


def dots_by_content(evidence: Evidence, account_id: str) -> DotPlot:
    """The ring's likes by account and content, the contents it liked most on the left."""
    contents = {content: n for n, content in enumerate(evidence.ring_contents)}
    points = [(float(contents[like.content_id]), like.account_id) for like in evidence.ring_likes]
    return _plot(evidence, points, (0, max(len(contents) - 1, 1)), [], account_id)


def _plot(
    evidence: Evidence,
    points: list[tuple[float, str]],
    window: tuple[float, float],
    ticks: list[tuple[float, str]],
    account_id: str,
) -> DotPlot:
    accounts = evidence.ring_accounts
    inner = min(max(len(accounts) * ROW, LEAST_HEIGHT), MOST_HEIGHT)
    step = inner / max(len(accounts), 1)
    rows = {account: MARGIN_TOP + (n + 0.5) * step for n, account in enumerate(accounts)}
    across = WIDTH - MARGIN_LEFT - MARGIN_RIGHT
    start, end = window

    def x(value: float) -> float:
        return MARGIN_LEFT + across * (value - start) / (end - start)

    own = [(x(value), rows[account]) for value, account in points if account == account_id]
    others = [(x(value), rows[account]) for value, account in points if account != account_id]
    return DotPlot(
        WIDTH,
        MARGIN_TOP + inner + MARGIN_BOTTOM,
        _dots(others),
        _dots(own),
        rows.get(account_id),
        [(x(value), word) for value, word in ticks],
    )


def _dots(places: list[tuple[float, float]]) -> str:
    """Dots as one path: lines of no length, drawn as their round ends."""
    return "".join(f"M{x:.1f} {y:.1f}h0" for x, y in sorted(set(places)))


@dataclass(frozen=True)
class Node:
    """One node: its place, its kind, its name, and whether the case is about it."""

    key: str
    kind: str
    name: str
    x: float
    y: float
    own: bool


@dataclass(frozen=True)
class Graph:
    """Origins left, accounts in the middle, contents right.

    Attributes:
        width: Of the drawing; so is height.
        height: The same.
        nodes: In reading order.
        edges: Pairs of nodes.
        left_out: Accounts that do not fit.
    """

    width: float
    height: float
    nodes: list[Node]
    edges: list[tuple[Node, Node]]
    left_out: int


COLUMNS = {"device": 0.17, "address": 0.17, "account": 0.5, "content": 0.83}
"""Where each kind stands, as a share of the width."""


def draw_graph(links: Links, account_id: str, names: Names) -> Graph:
    """Lay out a graph in columns, each sorted so that few lines cross."""
    columns = {
        "left": [(k, one) for k in ("device", "address") for one in links.nodes[k]],
        "middle": [("account", one) for one in links.nodes["account"]],
        "right": [("content", one) for one in links.nodes["content"]],
    }
    neighbours = defaultdict(set)
    for one, other in links.pairs:
        neighbours[one].add(other)
        neighbours[other].add(one)
    place = {node: float(n) for column in columns.values() for n, node in enumerate(column)}
    for _ in range(SWEEPS):
        for column in columns.values():
            middle = {
                node: sum(place[o] for o in neighbours[node]) / max(len(neighbours[node]), 1)
                for node in column
            }
            column.sort(key=lambda node: (middle[node], node))
            scale = max(len(column), 1)
            for n, node in enumerate(column):
                place[node] = (n + 0.5) / scale
    height = GRAPH_ROW * max(6, *(len(column) for column in columns.values())) + 2 * MARGIN_TOP
    spoken = {
        "account": names.account,
        "content": names.content,
        "device": names.device,
        "address": names.address,
    }
    made: dict[tuple[str, str], Node] = {}
    for kind, name in (node for column in columns.values() for node in column):
        made[kind, name] = Node(
            f"node-{len(made)}",
            kind,
            spoken[kind](name),
            WIDTH * COLUMNS[kind],
            MARGIN_TOP + place[kind, name] * (height - 2 * MARGIN_TOP),
            (kind, name) == ("account", account_id),
        )
    edges = [(made[one], made[other]) for one, other in sorted(links.pairs)]
    return Graph(WIDTH, height, list(made.values()), edges, links.left_out)
