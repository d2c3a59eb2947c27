"""The process that parses files: started by guard.py, one job on standard input, then it ends.

Files may be hostile, so what reads them runs here, under limits on memory and time, and hands on
only staged Parquet that it wrote itself.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from zhenzan.errors import InputError, LimitError, ZhenzanError
from zhenzan.ingest.files import DataFile
from zhenzan.ingest.limits import IngestLimits
from zhenzan.ingest.pseudonyms import Pseudonyms
from zhenzan.ingest.readers import open_file
from zhenzan.ingest.staging import Staged, Staging, open_staging

if TYPE_CHECKING:
    from collections.abc import Mapping

RESULT_FILE = "result.json"
_ERRORS: dict[str, type[ZhenzanError]] = {"InputError": InputError, "LimitError": LimitError}


@dataclass(frozen=True)
class Job:
    """What the child is to read.

    Attributes:
        files: The files of each source.
        mapping: Our column name → the user's.
        folder: Where the staged files go.
        key: The pseudonym key.
        memory_bytes: The most memory the process may hold.
        threads: Worker threads.
        limits: What a file may cost.
        apart: Whether the rows of each file go to a staged file of their own.
    """

    files: Mapping[str, tuple[DataFile, ...]]
    mapping: Mapping[str, str]
    folder: Path
    key: bytes
    memory_bytes: int
    threads: int
    limits: IngestLimits
    apart: bool = False

    def to_json(self) -> str:
        """The job as text, for the child's standard input."""
        return json.dumps(
            {
                "files": {s: [asdict(f) for f in files] for s, files in self.files.items()},
                "mapping": dict(self.mapping),
                "folder": str(self.folder),
                "key": self.key.hex(),
                "memory_bytes": self.memory_bytes,
                "threads": self.threads,
                "limits": asdict(self.limits),
                "apart": self.apart,
            }
        )

    @staticmethod
    def from_json(text: str) -> Job:
        """The job that :meth:`to_json` wrote."""
        job = json.loads(text)
        files = {
            source: tuple(
                DataFile(**{**f, "constants": tuple((n, v) for n, v in f["constants"])})
                for f in listed
            )
            for source, listed in job["files"].items()
        }
        return Job(
            files,
            job["mapping"],
            Path(job["folder"]),
            bytes.fromhex(job["key"]),
            job["memory_bytes"],
            job["threads"],
            IngestLimits(**job["limits"]),
            job["apart"],
        )


def run(job: Job) -> dict[str, list[Staged]]:
    """Stage the files of every source.

    Returns:
        What each source came to: file by file, if they are staged apart, or all together.

    Raises:
        ZhenzanError: A file cannot be read, or costs more than it may.
    """
    pseudonyms = Pseudonyms(job.key)
    staged: dict[str, list[Staged]] = {}
    with open_staging(job.folder, job.memory_bytes // 2, job.threads) as connection:
        for source, files in job.files.items():
            staged[source] = []
            for first, together in enumerate([[f] for f in files] if job.apart else [files]):
                staging = Staging(source, job.mapping, job.folder, connection, pseudonyms, first)
                openers = [partial(open_file, f, source, job.mapping, job.limits) for f in together]
                staged[source].append(staging.stage(openers))
    return staged


def read_result(folder: Path) -> dict[str, list[Staged]] | None:
    """What the child came to, None if it left no result.

    Raises:
        ZhenzanError: What stopped it.
    """
    path = folder / RESULT_FILE
    if not path.exists():
        return None
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if "error" in result:
        raise _ERRORS[result["error"]](result["sentence"], result["hint"])
    return {source: [Staged(**r) for r in listed] for source, listed in result["staged"].items()}


def _limit_memory(job: Job) -> None:
    """Let the system refuse memory beyond the limit, so that a bomb fails inside this process."""
    # A core dump would write devices and addresses to disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if not statm.exists():  # Elsewhere than on Linux only the parent's watch is left.
        return
    taken = int(statm.read_text().split()[0]) * resource.getpagesize()
    most = taken + job.memory_bytes + job.limits.address_slack_bytes
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def main() -> None:
    """Read one job from standard input, run it, leave ``result.json`` in its folder."""
    job = Job.from_json(sys.stdin.read())
    _limit_memory(job)
    pa.set_cpu_count(job.threads)
    try:
        staged = {source: [r.to_json() for r in listed] for source, listed in run(job).items()}
        result: dict[str, object] = {"staged": staged}
    except (MemoryError, duckdb.OutOfMemoryException):
        result = {
            "error": "LimitError",
            "sentence": "Reading the files needs more memory than the scan may use.",
            "hint": "Raise --memory; if that does not help, the file may be made to exhaust it.",
        }
    except (InputError, LimitError) as error:
        result = {
            "error": type(error).__name__,
            "sentence": error.sentence,
            "hint": error.hint,
        }
    (job.folder / RESULT_FILE).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
