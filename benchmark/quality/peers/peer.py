"""What every detector of the benchmark is: a name, what it reads, and a score for each like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.quality.log import Log, Reals

OURS = "Apache-2.0 (written here)"


@dataclass(frozen=True)
class Peer:
    """One detector.

    Attributes:
        id: Its word on the command line.
        title: Its name in tables.
        score: From a log to one number for each like, in order of ``row``; higher is more likely
            fake. A detector that judges accounts gives each like the score of its account.
        about: What the score is, in one clause.
        usual: The score from which its authors, or common practice, act.
        usual_from: Where ``usual`` and the other settings come from.
        reads: Columns it needs besides time, account and content; without them it is not run.
        package: What it needs from ``peers.txt``; none for a rule that is written here.
        licence: Of that package.
        family: Detectors of one family are one row of a table: the best of them on that log.
        learns: Whether it is shown the truth of other accounts.
    """

    id: str
    title: str
    score: Callable[[Log], Reals]
    about: str
    usual: float
    usual_from: str
    reads: tuple[str, ...] = ()
    package: str = ""
    licence: str = OURS
    family: str = ""
    learns: bool = False
