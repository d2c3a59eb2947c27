"""What a detector is: one mechanism, what it reads, what it found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from zhenzan.detectors.examples import Example
    from zhenzan.engines.base import Engine

LEAST_BITS = 1.0
"""What is said of nearly everybody is not said: weaker findings are left out."""


@dataclass(frozen=True)
class Findings:
    """What a detector found under one reason code.

    Attributes:
        reason_code: A key of ``reasons.REASONS``; it says what kind of entity this is about.
        entity: Code of each entity; for a pair, of its first account.
        other: Code of the second account of a pair, else None.
        millibits: Weight of each, thousandths of a bit of log2 odds.
        facts: Evidence: one named array per fact, in numbers, as long as ``entity``.
    """

    reason_code: str
    entity: npt.NDArray[np.int64]
    millibits: npt.NDArray[np.int64]
    facts: dict[str, npt.NDArray[Any]]
    other: npt.NDArray[np.int64] | None = None

    def table(self) -> pa.Table:
        """The findings as Arrow: entity, other, millibits, then the facts."""
        other = pa.nulls(len(self.entity), pa.int64()) if self.other is None else self.other
        facts = {name: _legible(values) for name, values in self.facts.items()}
        return pa.table(
            {"entity": self.entity, "other": other, "millibits": self.millibits, **facts}
        )

    def where(self, kept: npt.NDArray[np.bool_]) -> Findings:
        """Only the findings where ``kept`` is true."""
        return Findings(
            self.reason_code,
            self.entity[kept],
            self.millibits[kept],
            {name: values[kept] for name, values in self.facts.items()},
            None if self.other is None else self.other[kept],
        )


class Detector(ABC):
    """One mechanism.

    A detector emits weights and evidence. It holds no threshold on punishment and acts on nobody.
    Its docstring says what it catches, what it misses, how an adversary adapts, what it reads,
    what its evidence is, and where the method is from; its page in docs/detectors says it at
    length.

    Attributes:
        id: Its name in ``signals.detector``; also its file's and its docs page's.
        version: Goes up when the same rows give other weights.
        needs: What the log must hold for it to run; see ``ingest.IngestReport.columns_present``.
        reason_codes: The codes it may emit.
        examples: Small logs on which it must fire, and on which it must not.
    """

    id: ClassVar[str]
    version: ClassVar[int]
    needs: ClassVar[frozenset[str]]
    reason_codes: ClassVar[tuple[str, ...]]
    examples: ClassVar[tuple[Example, ...]]

    @abstractmethod
    def find(self, engine: Engine) -> Iterator[Findings]:
        """Look at the tables in ``engine`` and yield what was found, by reason code."""


def _legible(
    values: npt.NDArray[np.int64] | npt.NDArray[np.float64],
) -> npt.NDArray[np.int64] | npt.NDArray[np.float64]:
    """Reals with four significant digits: evidence is read by people."""
    if values.dtype.kind != "f":
        return values
    size = np.floor(np.log10(np.maximum(np.abs(values), 1e-12)))
    scale = 10.0 ** (3.0 - size)
    return np.rint(values * scale) / scale
