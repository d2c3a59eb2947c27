"""What a user may choose for a scan, with the defaults."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from zhenzan.errors import CallError
from zhenzan.model import EVENT_TYPES

Language = Literal["en", "zh"]
ENGINES = ("duckdb", "spark")
PARTITIONS = ("day",)
BYTES_PER_UNIT = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
MINIMUM_MEMORY_BYTES = 500_000_000


def available_threads() -> int:
    """Processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def data_folder() -> Path:
    """Where Zhenzan keeps what is the user's own and belongs to no scan: the keys.

    ``$ZHENZAN_HOME``, else ``$XDG_DATA_HOME/zhenzan``, else ``~/.local/share/zhenzan``. It need not
    be there yet.
    """
    if home := os.environ.get("ZHENZAN_HOME"):
        return Path(home)
    if data := os.environ.get("XDG_DATA_HOME"):
        return Path(data) / "zhenzan"
    return Path.home() / ".local" / "share" / "zhenzan"


def parse_bytes(text: str) -> int:
    """Read a size such as ``8GB`` or ``512MiB``.

    Raises:
        CallError: The text is no size.
    """
    word = text.strip().upper().replace(" ", "")
    for unit in sorted(BYTES_PER_UNIT, key=len, reverse=True):
        number = word.removesuffix(unit)
        if number != word and number.replace(".", "", 1).isdigit():
            return int(float(number) * BYTES_PER_UNIT[unit])
    raise CallError(f"'{text}' is not an amount of memory.", "Write it like 8GB or 512MB.")


@dataclass(frozen=True)
class ScanSettings:
    """Choices for one scan.

    Attributes:
        endorsement: The event types to judge.
        false_per_10k: False-punish budget: honest accounts called fake, at most, per 10,000.
        memory_bytes: The most memory the scan aims to use.
        threads: Worker threads.
        lang: Language of the report and the terminal summary.
        columns: Our column name → the user's (``--map ts=created_at``).
        engine: What runs the queries; one of ``ENGINES``.
        master: Spark's master; None: this machine.
        partition_by: By what tables with a time are cut into folders; one of ``PARTITIONS``. None:
            each table is one file.
    """

    endorsement: tuple[str, ...] = ("like",)
    false_per_10k: float = 1.0
    memory_bytes: int = 8 * 10**9
    threads: int = field(default_factory=available_threads)
    lang: Language = "en"
    columns: dict[str, str] = field(default_factory=dict)
    engine: str = "duckdb"
    master: str | None = None
    partition_by: str | None = None

    def __post_init__(self) -> None:
        unknown = [w for w in self.endorsement if w not in EVENT_TYPES[1:]]
        if unknown or not self.endorsement:
            raise CallError(
                f"'{', '.join(unknown)}' is not an event type." if unknown else "No endorsement.",
                f"Choose from {', '.join(EVENT_TYPES[1:])}.",
            )
        if not 0 < self.false_per_10k <= 10_000:
            raise CallError(
                f"The false-punish budget {self.false_per_10k} is not between 0 and 10,000.",
                "Say how many honest accounts in 10,000 may be called fake, such as 1.",
            )
        if self.memory_bytes < MINIMUM_MEMORY_BYTES:
            raise CallError("A scan needs at least 500MB of memory.", "Raise --memory.")
        if self.threads < 1:
            raise CallError("A scan needs at least one thread.", "Raise --threads.")
        if self.engine not in ENGINES:
            raise CallError(
                f"There is no engine '{self.engine}'.", f"Choose from {', '.join(ENGINES)}."
            )
        if self.master is not None and self.engine != "spark":
            raise CallError(
                f"The engine {self.engine} has no master.", "Add --engine spark, or drop --master."
            )
        if self.partition_by not in (None, *PARTITIONS):
            raise CallError(
                f"Tables cannot be partitioned by '{self.partition_by}'.",
                f"Choose from {', '.join(PARTITIONS)}, or drop --partition-by.",
            )


LEAST_RETENTION_DAYS = {"events": 183, "access": 183, "assessments": 1_096}
"""Six months for network logs (网络安全法 21), three years for impact assessments
(个人信息保护法 56)."""


@dataclass(frozen=True)
class RetentionSettings:
    """How long personal fields stay readable, days, by class of table.

    Attributes:
        days: events: what accounts did. access: who read personal data. assessments: policy
            versions, previews and runs. actions: actions, reversals, statements. review: cases,
            decisions, notes, appeals, labels. accounts: those of the console.
    """

    days: dict[str, int] = field(
        default_factory=lambda: {
            "events": 183,
            "access": 183,
            "assessments": 1_096,
            "actions": 1_096,
            "review": 1_096,
            "accounts": 1_096,
        }
    )

    def __post_init__(self) -> None:
        for name, least in LEAST_RETENTION_DAYS.items():
            if self.days.get(name, 0) < least:
                raise CallError(
                    f"The retention of {name} is below {least} days, which the law asks for.",
                    "See docs/ledger.md for the articles.",
                )
