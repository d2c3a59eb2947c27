"""Random numbers: one stream for each named part of a world, and the distributions it uses."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from zhenzan.worlds.columns import Ints, Reals

_CODE_BITS = 44
_CODE_MASK = (1 << _CODE_BITS) - 1
_CODE_ODD = 0x5851F42D4C9 | 1


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """The random stream of one named part of the world ``seed``.

    A part's stream depends on its name alone, so that adding a part leaves the others as they are.
    """
    words = [zlib.crc32(n.encode()) if isinstance(n, str) else int(n) for n in names]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


def between(rng: np.random.Generator, bounds: tuple[float, float]) -> float:
    """One number, uniform between two bounds."""
    return float(rng.uniform(*bounds))


def whole_between(rng: np.random.Generator, bounds: tuple[int, int]) -> int:
    """One whole number, uniform between two bounds, both included."""
    return int(rng.integers(bounds[0], bounds[1] + 1))


def heavy(rng: np.random.Generator, n: int, mean: float, sigma: float) -> Reals:
    """Log-normal numbers with the given mean; ``sigma`` is of the logarithm."""
    return rng.lognormal(np.log(mean) - sigma**2 / 2, sigma, n)


def sigmoid(x: Reals) -> Reals:
    """From log odds to probability."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def scramble(codes: Ints, salt: int) -> Ints:
    """A one-to-one shuffle of whole numbers in [0, 2^44), so that a number tells nothing."""
    x = codes.astype(np.uint64) & np.uint64(_CODE_MASK)
    for shift in (22, 19):
        x ^= x >> np.uint64(shift)
        x = (x * np.uint64(_CODE_ODD) + np.uint64(salt & _CODE_MASK)) & np.uint64(_CODE_MASK)
    x ^= x >> np.uint64(21)
    return x.astype(np.int64)


def spread(codes: Ints, size: int) -> Ints:
    """A fixed pseudo-random number in [0, size) for each code; not one-to-one."""
    return np.asarray(scramble(codes, 0x9E3779B97F) % size)


def spans(lengths: Ints) -> tuple[Ints, Ints]:
    """Expand groups: for each member its group, and its place in the group from 0."""
    group = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    first = np.cumsum(lengths) - lengths
    return group, np.arange(len(group), dtype=np.int64) - first[group]


def some(rng: np.random.Generator, pool: Ints, n: int) -> Ints:
    """``n`` different entries of ``pool`` (all of them if it has fewer)."""
    return np.asarray(rng.choice(pool, size=min(n, len(pool)), replace=False), dtype=np.int64)
