"""The scans that are kept: one folder each, put in place as a whole, named by its number."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenzan.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

SCAN = "scan"
THRESHOLDS = "thresholds.json"
FACTS = "facts.json"
ORIGINS = "origins.parquet"
"""``event_id``, ``device`` and ``ip`` (pseudonyms) of each like that was judged, for reviewers."""


@dataclass(frozen=True)
class KeptScan:
    """One scan that is kept.

    Attributes:
        number: 1, 2, 3 …
        folder: Its folder.
        upto: The last batch of the event store that it read.
    """

    number: int
    folder: Path
    upto: int

    @property
    def directory(self) -> Path:
        """The scan directory."""
        return self.folder / SCAN

    @property
    def origins(self) -> Path:
        """Where each like came from."""
        return self.folder / ORIGINS


def folder_of(scans: Path, number: int) -> Path:
    """Where the scan of this number is."""
    return scans / f"{number:08d}"


def write_facts(folder: Path, upto: int, summary: dict[str, Any]) -> None:
    """Note what a scan read."""
    facts = {"upto": upto, "rows": summary["rows"]}
    (folder / FACTS).write_text(json.dumps(facts) + "\n", encoding="utf-8")


def kept_scans(scans: Path) -> list[KeptScan]:
    """The scans that are kept, oldest first.

    Raises:
        InputError: A folder is damaged.
    """
    found = []
    for folder in sorted(scans.glob("[0-9]*")):
        try:
            facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
            found.append(KeptScan(int(folder.name), folder, int(facts["upto"])))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"The scan in {folder} is damaged.", "Delete its folder; the next scan replaces it."
            ) from error
    return found


def prune(scans: Path, keep: int) -> None:
    """Delete all but the newest ``keep`` scans."""
    for old in kept_scans(scans)[:-keep]:
        shutil.rmtree(old.folder, ignore_errors=True)


def clear_unfinished(scans: Path) -> None:
    """Delete what scans that were cut short left; no scan may be running."""
    for leftover in scans.glob(".*"):
        shutil.rmtree(leftover, ignore_errors=True)
