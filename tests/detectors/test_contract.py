"""What every detector promises, whatever its mechanism."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from string import Formatter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import sqlglot
from tests.detectors.logs import Found, find
from tests.detectors.random_logs import AUTHORS, is_bought, random_log

from zhenzan.detectors import DETECTORS, Detector
from zhenzan.detectors.examples import Row, honest_log, like
from zhenzan.features import FEATURES
from zhenzan.reasons import REASONS

if TYPE_CHECKING:
    from zhenzan.detectors.examples import Example

FIRES_BITS = {"address": 2.0}
"""From there on a finding counts as firing; 3 bits, eight to one, where nothing is said. An address
is never worth more than 2."""
MILLION_BITS = 1e6

each = pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
each_example = pytest.mark.parametrize(
    ("detector", "example"),
    [(detector, example) for detector in DETECTORS for example in detector.examples],
    ids=lambda value: getattr(value, "id", getattr(value, "name", "")),
)


def fires(detector: Detector) -> float:
    """Bits from which on a finding of the detector counts as firing."""
    return FIRES_BITS.get(detector.id, 3.0)


def on_entities(found: list[Found]) -> dict[str, float]:
    """The strongest finding on each account, content or pair."""
    best: dict[str, float] = {}
    for f in found:
        if not f.reason_code.startswith("like_"):
            best[f.entity] = max(f.bits, best.get(f.entity, 0.0))
    return best


def queries() -> dict[str, str]:
    """Every query of a detector or a feature, by name."""
    named = {feature.name: feature.query for feature in FEATURES}
    for detector in DETECTORS:
        for name, text in vars(type(detector)).items():
            if name.isupper() and "SELECT" in text:
                named[f"{detector.id}.{name}"] = re.sub(r"\{\w+\}", "1", text)
    return named


def test_ids_and_codes_are_one_of_each() -> None:
    assert [d.id for d in DETECTORS] == [
        "path",
        "burst",
        "device",
        "address",
        "throwaway",
        "lockstep",
        "coaction",
    ]
    codes = [code for detector in DETECTORS for code in detector.reason_codes]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(REASONS)


@each
def test_it_says_what_it_is(detector: Detector) -> None:
    text = type(detector).__doc__ or ""
    for word in ("Catches", "Misses", "How an adversary adapts", "Reads", "Evidence", "Reference"):
        assert f"\n    {word}: " in text, word
    assert detector.version >= 1
    assert any(example.fires for example in detector.examples)
    assert any(not example.fires for example in detector.examples)


@each_example
def test_its_examples(log_of: Any, detector: Detector, example: Example) -> None:
    with log_of(example.rows) as log:
        best = on_entities(find(detector, log))
    fired = {entity for entity, bits in best.items() if bits >= fires(detector)}
    assert example.fires <= fired
    assert fired <= example.fires | example.tolerated


@each
def test_an_empty_log(log_of: Any, detector: Detector) -> None:
    where = {"device_id": "d", "ip": "10.0.0.1"}
    for rows in ((), (Row("view", "a", "c", 0.0, 0.5, **where),)):
        with log_of(rows) as log:
            for findings in detector.find(log.engine) if detector.needs <= log.present else ():
                assert findings.table().num_rows == 0
                assert findings.reason_code in detector.reason_codes


@each
def test_the_order_of_rows_does_not_matter(log_of: Any, detector: Detector) -> None:
    rows = list(random_log(3))
    with log_of(rows, AUTHORS) as log:
        first = find(detector, log)
    random.Random(1).shuffle(rows)
    with log_of(rows, AUTHORS) as log:
        assert find(detector, log) == first
    assert first or detector.id == "coaction"


@pytest.mark.parametrize(
    "detector",
    # To throwaway all that an account does counts: whoever does more exists for more.
    [detector for detector in DETECTORS if detector.id != "throwaway"],
    ids=lambda detector: detector.id,
)
def test_other_events_do_not_matter(log_of: Any, detector: Detector) -> None:
    rows = random_log(4)
    noise = [replace(row, event_type=kind) for row in rows[:300] for kind in ("share", "follow")]
    with log_of(rows, AUTHORS) as log:
        alone = find(detector, log)
    with log_of([*rows, *noise, *noise], AUTHORS) as log:
        assert find(detector, log) == alone


@pytest.mark.parametrize(
    "detector",
    # To path and burst each like counts: it has a path and an hour of its own. To throwaway it
    # is one more thing that the account did.
    [detector for detector in DETECTORS if detector.id not in {"path", "burst", "throwaway"}],
    ids=lambda detector: detector.id,
)
def test_liking_again_does_not_matter(log_of: Any, detector: Detector) -> None:
    rows = random_log(5)
    again = [replace(row, at_s=row.at_s + 3e5) for row in rows if row.event_type == "like"]
    with log_of(rows, AUTHORS) as log:
        once = find(detector, log)
    with log_of([*rows, *again], AUTHORS) as log:
        assert find(detector, log) == once


@each
def test_nulls_are_no_place_and_no_watching(log_of: Any, detector: Detector) -> None:
    bare = [replace(row, device_id=None, ip=None, progress=None) for row in random_log(6)]
    with log_of(bare, AUTHORS) as log:
        if not detector.needs <= log.present:
            return
        assert not any(f.reason_code == "account_likes_glanced" for f in find(detector, log))
    # One like with a place and one with progress, so that the columns are there.
    place = {"device_id": "d", "ip": "10.0.0.1"}
    rows = [*bare, like("p1", "c1", 9e5, **place), Row("view", "p1", "c2", 9e5, 0.5)]
    with log_of(rows, AUTHORS) as log:
        assert not any(f.reason_code.startswith("account_shared") for f in find(detector, log))


@each
def test_findings_are_whole_and_finite(log_of: Any, detector: Detector) -> None:
    names: set[tuple[str, int, int | None]] = set()
    with log_of(random_log(7), AUTHORS) as log:
        for findings in detector.find(log.engine):
            reason = REASONS[findings.reason_code]
            assert findings.reason_code in detector.reason_codes
            facts = set(findings.facts)
            for sentence in reason.sentence.values():
                asked = {name for _, name, _, _ in Formatter().parse(sentence) if name}
                assert asked <= facts
            assert findings.millibits.dtype == np.int64
            assert (np.abs(findings.millibits) < 1_000 * MILLION_BITS).all()
            for values in findings.facts.values():
                assert len(values) == len(findings.entity)
                assert np.isfinite(values).all()
            for row in findings.table().to_pylist():
                key = (findings.reason_code, row["entity"], row["other"])
                assert key not in names, "one finding per entity and reason"
                names.add(key)


@each
def test_it_lifts_what_was_bought_out_of_chance(log_of: Any, detector: Detector) -> None:
    ring = [f"b{bot}" for bot in range(8)]
    dice = random.Random(8)
    rows = [
        *honest_log(accounts=400, contents=500, likes=14, seed=9),
        *(
            like(
                name,
                f"order{order}",
                30_000 * order + dice.uniform(0, 45),
                device_id="rack",
                ip="10.250.0.1",
            )
            for order in range(14)
            for name in ring
        ),
    ]
    with log_of(rows) as log:
        best = on_entities(find(detector, log))
    hits = [is_bought(entity) for entity, bits in best.items() if bits >= fires(detector)]
    bought, everybody = 8 / 408, len(hits)
    assert everybody
    assert sum(hits) / everybody > 10 * bought
    assert sum(hits) >= 8


@pytest.mark.parametrize("name", queries())
def test_queries_are_read_alike_by_both_engines(name: str) -> None:
    text = queries()[name]
    for dialect in ("duckdb", "spark"):
        assert sqlglot.parse_one(text.replace('"', "`") if dialect == "spark" else text, dialect)
    assert "::" not in text
    assert "//" not in text
    assert not re.search(r"\b(hash|approx_\w+|median|avg)\s*\(", text)
    # A sum is cast, since engines differ in the type they give it.
    for found in re.finditer(r"\bsum\(", text):
        before = text[: found.start()]
        assert re.search(r"cast\((coalesce\()?$", before) or "HAVING" in before.split("\n")[-1]
