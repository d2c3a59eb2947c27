"""Every detector says what its slow twin says: the same entities, facts and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detectors.logs import Found, find
from tests.detectors.random_logs import AUTHORS, random_log
from tests.detectors.twins import burst, coaction, lockstep, path, sharing, throwaway

from zhenzan.detectors import DETECTORS
from zhenzan.detectors.examples import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhenzan.detectors import Detector

    Twin = Callable[[Sequence[Row], Mapping[str, str]], list[Found]]

TWINS: dict[str, Twin] = {
    "path": path.find,
    "burst": burst.find,
    "device": sharing.find_devices,
    "address": sharing.find_addresses,
    "throwaway": throwaway.find,
    "lockstep": lockstep.find,
    "coaction": coaction.find,
}
ROUNDING_BITS = 0.0021
"""Twins add in another order: the last thousandth may differ."""

small_rows = st.lists(
    st.builds(
        Row,
        st.sampled_from(["view", "like", "like", "like", "share"]),
        st.sampled_from([f"a{n}" for n in range(7)]),
        st.sampled_from([f"c{n}" for n in range(5)]),
        st.one_of(
            st.integers(0, 9).map(lambda step: step * 20.0),
            st.integers(0, 90).map(lambda step: step * 3_600.0),
        ),
        st.sampled_from([None, 0.1, 0.5, 1.0]),
        st.sampled_from([None, "d0", "d1"]),
        st.sampled_from([None, "10.0.0.1", "10.0.0.2"]),
    ),
    max_size=60,
)


def agree(detector: Detector, log: Any, rows: Sequence[Row], authors: Mapping[str, str]) -> int:
    """Compare a detector with its twin on one log; how many findings they share."""
    if not detector.needs <= log.present:
        return 0
    fast = find(detector, log)
    slow = sorted(TWINS[detector.id](rows, authors), key=lambda f: (f.reason_code, f.entity))
    names = [(f.reason_code, f.entity) for f in fast]
    assert names == [(f.reason_code, f.entity) for f in slow]
    for one, other in zip(fast, slow, strict=True):
        assert one.bits == pytest.approx(other.bits, abs=ROUNDING_BITS), one
        assert dict(one.facts) == pytest.approx(dict(other.facts), rel=2e-3), one
    return len(fast)


def test_every_detector_has_a_twin() -> None:
    assert set(TWINS) == {detector.id for detector in DETECTORS}


@given(small_rows)
@settings(max_examples=40)
def test_small_logs(log_of: Any, rows: list[Row]) -> None:
    with log_of(rows) as log:
        for detector in DETECTORS:
            agree(detector, log, rows, {})


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_examples(log_of: Any, detector: Detector) -> None:
    shared = 0
    for example in detector.examples:
        with log_of(example.rows) as log:
            shared += agree(detector, log, example.rows, {})
    assert shared


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("views", [True, False], ids=["views", "no views"])
def test_larger_logs(log_of: Any, seed: int, views: bool) -> None:
    rows = random_log(seed, views=views)
    with log_of(rows, AUTHORS) as log:
        assert sum(agree(detector, log, rows, AUTHORS) for detector in DETECTORS) > 10
