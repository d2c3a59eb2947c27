"""The process that applies to a scan every policy that is due: one job in, its outcomes out.

Each version is one transaction of the ledger, in which it is asked once more whether it is due. So
a process that is killed leaves all of a run or nothing, and whoever comes next does the rest.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from zhenzan import enforcement, ledger, review
from zhenzan.errors import ZhenzanError
from zhenzan.serve.enforcing.job import Job

NICER = 10
"""Answering requests goes before enforcing."""
BY = "service"
"""Who applies it, in the ledger."""


def run(job: Job) -> list[dict[str, Any]]:
    """Apply what is due; what each version did, or ``failed`` and why.

    Raises:
        ZhenzanError: The ledger or the scan cannot be read.
    """
    scan = Path(job.scan)
    name = enforcement.scan_name(scan)
    found: list[dict[str, Any]] = []
    with ledger.open(job.ledger, keys=Path(job.keys)) as opened:
        with opened.reading() as tx:
            waiting = enforcement.due(tx, name)
        for one in waiting:
            try:
                outcome = _apply(opened, one, scan)
            except ZhenzanError as error:
                found.append({"version": one.version, "failed": str(error)})
                continue
            if outcome:
                found.append(outcome.to_dict())
    return found


def _apply(opened: ledger.Ledger, one: enforcement.Due, scan: Path) -> enforcement.Outcome | None:
    with opened.reading() as tx:
        policy = enforcement.policy_of(tx, one.version)
    matched = enforcement.match(policy, scan)
    with opened.transaction() as tx:
        if one not in enforcement.due(tx, matched.scan):
            return None  # meanwhile somebody else applied, stopped or withdrew it
        return review.enforce(tx, policy, matched, by=BY, shadow=one.shadow, resumed=one.resumed)


def main() -> None:
    """Do the job; an error that a user can act on is the answer."""
    os.nice(NICER)
    try:
        answer: Any = run(Job(**json.loads(sys.stdin.read())))
    except ZhenzanError as error:
        sys.stdout.write(json.dumps({"sentence": error.sentence, "hint": error.hint}))
        sys.exit(error.exit_status)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
