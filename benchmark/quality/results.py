"""The measured figures, kept as JSON beside the page that is written from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.quality.judge import Figures

FILE = Path(__file__).parents[2] / "docs" / "benchmarks.json"
DIGITS = 5


class Results:
    """Figures by log and detector.

    Attributes:
        setting: How they were measured.
    """

    def __init__(self, setting: Figures, logs: dict[str, dict[str, Figures]], path: Path) -> None:
        self.setting = setting
        self._logs = logs
        self._path = path

    @classmethod
    def read(cls, path: Path = FILE) -> Results:
        """What was measured before; nothing where there is no file."""
        if not path.exists():
            return cls({}, {}, path)
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(kept["setting"], kept["logs"], path)

    def again(self, setting: Figures, *, everything: bool) -> Results:
        """To be measured again: all of it from nothing, or some of it beside what was measured.

        Raises:
            SystemExit: Some of it, but on other logs than the rest.
        """
        same = all(self.setting.get(name) == setting[name] for name in ("accounts", "seeds"))
        if not everything and self.setting and not same:
            raise SystemExit(
                "The kept figures are of other worlds. Hint: give the same --accounts and --seeds, "
                "or measure all again without --only."
            )
        return Results(setting, {} if everything else self._logs, self._path)

    def keep(self, kind: str, seed: int | None, detector: str, figures: Figures) -> None:
        """Put the figures of one detector on one log in place of older ones, and write them."""
        log = kind if seed is None else f"{kind}, seed {seed}"
        self._logs.setdefault(log, {})[detector] = figures
        text = json.dumps({"setting": self.setting, "logs": self._logs}, default=float, indent=1)
        rounded = json.loads(text, parse_float=_rounded)
        self._path.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")

    def of(self, kind: str, detector: str) -> list[Figures]:
        """The figures of one detector on the logs of one kind, a seed each."""
        return [found[detector] for found in self._kind(kind) if detector in found]

    def _kind(self, kind: str) -> Iterator[dict[str, Figures]]:
        for log, found in self._logs.items():
            if log == kind or log.startswith(f"{kind}, seed "):
                yield found

    def everywhere(self, detector: str) -> Iterator[tuple[str, Figures]]:
        """The figures of one detector, by the name of the log."""
        yield from (
            (log, found[detector]) for log, found in self._logs.items() if detector in found
        )

    def thresholds(self, kind: str, seed: int) -> dict[str, float]:
        """The best threshold of each detector on one world."""
        found = self._logs.get(f"{kind}, seed {seed}", {})
        return {d: f["best"]["threshold"] for d, f in found.items() if f.get("best")}


def _rounded(text: str) -> Any:
    """To five significant digits: more would say nothing, and change with every run."""
    return float(f"{float(text):.{DIGITS}g}")
