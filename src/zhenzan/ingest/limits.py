"""What one file may cost to read before it is taken for hostile."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 2**30


@dataclass(frozen=True)
class IngestLimits:
    """Limits on reading files. Honest logs stay far below each.

    Measured expansion of honest event logs: 2 to 6 times from Parquet and from compressed text;
    12 to 23 times where all optional columns are constant; 101 times (Parquet) and 126 times
    (gzip) where, besides, the rows are sorted by account and have no event_id.

    Attributes:
        expanded_floor_bytes: What a file may always expand to.
        expanded_ratio: Beyond that: expanded bytes per byte of the file.
        seconds: Wall time for all files together, always allowed.
        seconds_per_gib: Wall time on top, per GiB of files.
        memory_floor_bytes: What the reading process may always use.
        address_slack_bytes: Address space on top, for libraries, thread stacks and arenas.
        longest_record_bytes: One CSV record or JSON line.
        most_columns: Columns of one file.
    """

    expanded_floor_bytes: int = GIB
    expanded_ratio: int = 500
    seconds: int = 900
    seconds_per_gib: int = 3_600
    memory_floor_bytes: int = 2 * GIB
    address_slack_bytes: int = 4 * GIB
    longest_record_bytes: int = 2**20
    most_columns: int = 10_000

    def expanded_bytes(self, file_bytes: int) -> int:
        """The most that a file of ``file_bytes`` may expand to, bytes."""
        return max(self.expanded_floor_bytes, self.expanded_ratio * file_bytes)

    def wall_seconds(self, file_bytes: int) -> int:
        """The most time that reading ``file_bytes`` in total may take, seconds."""
        return self.seconds + file_bytes * self.seconds_per_gib // GIB

    def process_bytes(self, memory_bytes: int) -> int:
        """The most memory that the reading process may hold, bytes."""
        return max(memory_bytes, self.memory_floor_bytes)
