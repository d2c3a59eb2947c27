"""The service's own figures, as Prometheus reads them; no identifier of anybody is in them."""

from __future__ import annotations

import time
from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of a histogram's buckets, seconds."""
TEXT = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counters, histograms and gauges of one service. Used from one thread, read from any."""

    def __init__(self) -> None:
        self._about: dict[str, tuple[str, str]] = {}
        self._counters: dict[tuple[str, Labels], float] = {}
        self._histograms: dict[tuple[str, Labels], list[float]] = {}
        self._gauges: dict[str, Callable[[], float]] = {}
        self._started = time.time()
        self.gauge("zhenzan_start_time_seconds", "When the service started.", lambda: self._started)
        self.gauge("process_resident_memory_bytes", "Memory held.", resident_bytes)

    def count(self, name: str, about: str, number: float = 1, **labels: str) -> None:
        """Add to a counter; ``labels`` are words from short lists, never identifiers."""
        self._about[name] = (about, "counter")
        key = (name, tuple(labels.items()))
        self._counters[key] = self._counters.get(key, 0) + number

    def observe(self, name: str, about: str, seconds: float, **labels: str) -> None:
        """Add one time to a histogram."""
        self._about[name] = (about, "histogram")
        key = (name, tuple(labels.items()))
        buckets = self._histograms.setdefault(key, [0.0] * (len(SECONDS) + 2))
        buckets[bisect_left(SECONDS, seconds)] += 1
        buckets[-1] += seconds

    def gauge(self, name: str, about: str, value: Callable[[], float]) -> None:
        """Show what ``value`` gives whenever the figures are read."""
        self._about[name] = (about, "gauge")
        self._gauges[name] = value

    def text(self) -> str:
        """All figures in Prometheus' text format."""
        lines: list[str] = []
        for name, (about, kind) in sorted(self._about.items()):
            lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
            lines += [
                f"{name}{_braces(labels)} {value:.17g}"
                for (own, labels), value in sorted(self._counters.items())
                if own == name
            ]
            for (own, labels), buckets in sorted(self._histograms.items()):
                if own == name:
                    lines += _histogram(name, labels, buckets)
            if name in self._gauges:
                lines.append(f"{name} {self._gauges[name]():.17g}")
        return "\n".join(lines) + "\n"


def resident_bytes() -> float:
    """Memory that this process holds, bytes; 0 where the system does not say."""
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return float(line.split()[1]) * 1024
    except OSError:
        pass
    return 0.0


def _histogram(name: str, labels: Labels, buckets: list[float]) -> list[str]:
    lines, total = [], 0.0
    for end, number in zip([*map(str, SECONDS), "+Inf"], buckets, strict=False):
        total += number
        lines.append(f"{name}_bucket{_braces((*labels, ('le', end)))} {total:.17g}")
    own = _braces(labels)
    return [*lines, f"{name}_sum{own} {buckets[-1]:.9g}", f"{name}_count{own} {total:.17g}"]


def _braces(labels: Labels) -> str:
    def quoted(value: str) -> str:
        return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

    return "{" + ",".join(f'{n}="{quoted(v)}"' for n, v in labels) + "}" if labels else ""
