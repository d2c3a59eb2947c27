"""A process that enforces, for the tests of concurrency and of sudden death.

Arguments: where the ledger is, the folder of its key, the policy, the scan.
"""

from __future__ import annotations

import sys
from pathlib import Path

from zhenzan import enforcement, review
from zhenzan.ledger import Ledger


def main(where: str, keys: str, file: str, scan: str) -> None:
    """Apply the policy once."""
    policy = enforcement.read_policy(Path(file))
    matched = enforcement.match(policy, Path(scan))
    with Ledger(where, keys=Path(keys), busy_seconds=120.0) as opened:
        print("ready", flush=True)
        sys.stdin.readline()
        with opened.transaction() as tx:
            review.enforce(tx, policy, matched, by="enforcer")


if __name__ == "__main__":
    main(*sys.argv[1:])
