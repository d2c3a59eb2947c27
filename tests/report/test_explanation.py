"""Explanations: the data, the words in both languages, and what a wrong call is told."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from zhenzan.errors import CallError, InputError
from zhenzan.model import EntityType
from zhenzan.report import explain

from .golden import check_golden

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zhenzan.settings import Language

NAMES = {
    EntityType.LIKE: "event_id",
    EntityType.ACCOUNT: "account_id",
    EntityType.CONTENT: "content_id",
    EntityType.RING: "ring_id",
}


def first(directory: Path, entity_type: EntityType, **wanted: object) -> dict[str, Any]:
    """The first row of an entity's table whose columns hold the wanted values."""
    rows: list[dict[str, Any]] = pq.read_table(directory / f"{entity_type}s.parquet").to_pylist()
    return next(row for row in rows if all(row[name] == v for name, v in wanted.items()))


CASES = [
    ("like_fake", EntityType.LIKE, {"verdict": "fake"}),
    ("like_genuine", EntityType.LIKE, {"verdict": "genuine"}),
    ("like_unknown", EntityType.LIKE, {"verdict": "unknown"}),
    ("account_supplier", EntityType.ACCOUNT, {"role": "supplier"}),
    ("account_beneficiary", EntityType.ACCOUNT, {"role": "beneficiary"}),
    ("content_boosted", EntityType.CONTENT, {"verdict": "boosted"}),
    ("content_clean", EntityType.CONTENT, {"verdict": "clean"}),
    ("ring_farm", EntityType.RING, {"kind": "farm"}),
    ("ring_suspect", EntityType.RING, {"accounts": 15}),
    ("ring_cleared", EntityType.RING, {"accounts": 9}),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "entity_type", "wanted"), CASES)
@pytest.mark.usefixtures("fixed_reasons")
def test_words(
    name: str,
    entity_type: EntityType,
    wanted: dict[str, object],
    lang: Language,
    scans: Callable[[str], Path],
) -> None:
    directory = scans("suspect_ring" if name in {"ring_suspect", "ring_cleared"} else "three_rings")
    row = first(directory, entity_type, **wanted)
    one = explain(directory, entity_type, row[NAMES[entity_type]])
    check_golden(f"explain_{name}.{lang}", one.text(lang))
    if lang == "en":
        assert str(one) == one.text("en")


@pytest.mark.parametrize(("name", "entity_type", "wanted"), CASES)
def test_the_weights_add_up_to_the_score(
    name: str, entity_type: EntityType, wanted: dict[str, object], scans: Callable[[str], Path]
) -> None:
    directory = scans("suspect_ring" if name in {"ring_suspect", "ring_cleared"} else "three_rings")
    row = first(directory, entity_type, **wanted)
    one = explain(directory, entity_type, row[NAMES[entity_type]])
    data = json.loads(json.dumps(one.to_dict()))
    assert data["entity"] == {"type": entity_type.value, "id": row[NAMES[entity_type]]}
    weights = [finding["weight_bits"] for finding in data["weights"]]
    assert weights == sorted(weights, reverse=True)
    assert data["total_bits"] == pytest.approx(data["prior_bits"] + sum(weights), abs=0.001)
    assert 1 / (1 + 2 ** -data["total_bits"]) == pytest.approx(data["score"], abs=0.001)
    assert data["verdict"] == row.get("verdict")


def test_related_entities(scans: Callable[[str], Path]) -> None:
    directory = scans("three_rings")
    like = first(directory, EntityType.LIKE, verdict="fake")
    related = explain(directory, EntityType.LIKE, like["event_id"]).related
    assert related["ring"]["ring_id"] == like["ring_id"]
    assert related["ts"] == like["ts"].isoformat()
    ring = explain(directory, EntityType.RING, like["ring_id"]).related
    likes = pq.read_table(directory / "likes.parquet").to_pylist()
    by_ring = [row for row in likes if row["ring_id"] == like["ring_id"]]
    assert sum(target["likes"] for target in ring["targets"]) <= len(by_ring)
    most = ring["targets"][0]
    assert most["likes"] == sum(row["content_id"] == most["content_id"] for row in by_ring)
    content = explain(directory, EntityType.CONTENT, like["content_id"]).related
    assert like["ring_id"] in [one["ring_id"] for one in content["rings"]]
    account = explain(directory, EntityType.ACCOUNT, like["account_id"]).related
    assert like["content_id"] in [one["content_id"] for one in account["fake_on"]]


def test_whole_number_identifiers(scans: Callable[[str], Path]) -> None:
    one = explain(scans("integer_ids"), EntityType.LIKE, 7)
    assert one == explain(scans("integer_ids"), EntityType.LIKE, "7")
    assert one.entity_id == "7"
    assert one.weights or one.verdict == "unknown"


@pytest.mark.parametrize("entity_type", list(NAMES))
@pytest.mark.parametrize("name", ["three_rings", "integer_ids"])
@pytest.mark.parametrize("wanted", ["nobody", "' OR 1=1 --", "-", "1" * 40, ""])
def test_an_unknown_identifier_is_a_wrong_call(
    entity_type: EntityType, name: str, wanted: str, scans: Callable[[str], Path]
) -> None:
    with pytest.raises(CallError) as caught:
        explain(scans(name), entity_type, wanted)
    assert caught.value.exit_status == 2
    assert f"{entity_type}s.parquet" in caught.value.hint


def test_a_pair_has_no_explanation(scans: Callable[[str], Path]) -> None:
    with pytest.raises(CallError, match="pair"):
        explain(scans("three_rings"), EntityType.PAIR, "a|b")


def test_a_hostile_identifier_does_not_steer_the_terminal(scans: Callable[[str], Path]) -> None:
    row = first(scans("hostile"), EntityType.ACCOUNT, role="supplier")
    text = explain(scans("hostile"), EntityType.ACCOUNT, row["account_id"]).text("en")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "⟨U+001B⟩" in text


def copied(source: Path, target: Path, **changes: object) -> Path:
    """A copy of a scan directory whose summary is changed."""
    shutil.copytree(source, target)
    summary = json.loads((target / "summary.json").read_text(encoding="utf-8"))
    (target / "summary.json").write_text(json.dumps({**summary, **changes}), encoding="utf-8")
    return target


def test_a_held_score_is_said_to_be_held(scans: Callable[[str], Path], tmp_path: Path) -> None:
    directory = copied(scans("three_rings"), tmp_path / "scan", prior_bits={"like": 0.0})
    like = first(directory, EntityType.LIKE, verdict="genuine")
    text = explain(directory, EntityType.LIKE, like["event_id"]).text("en")
    assert "The score is held at <0.01; the weights alone would give 0.20." in text


def test_a_score_that_passes_without_the_verdict(
    scans: Callable[[str], Path], tmp_path: Path
) -> None:
    directory = copied(scans("three_rings"), tmp_path / "scan", thresholds={"like": 0.001})
    like = first(directory, EntityType.LIKE, verdict="genuine")
    text = explain(directory, EntityType.LIKE, like["event_id"]).text("en")
    assert "but the verdict was held back" in text


def test_a_budget_that_allows_no_verdict(scans: Callable[[str], Path], tmp_path: Path) -> None:
    directory = copied(scans("three_rings"), tmp_path / "scan", thresholds={"like": 1.0})
    like = first(directory, EntityType.LIKE, verdict="genuine")
    text = explain(directory, EntityType.LIKE, like["event_id"]).text("en")
    assert "The false-punish budget of this scan allows no verdict fake." in text


def test_without_priors_and_thresholds(scans: Callable[[str], Path], tmp_path: Path) -> None:
    directory = copied(scans("three_rings"), tmp_path / "scan", prior_bits={}, thresholds={})
    like = first(directory, EntityType.LIKE, verdict="fake")
    text = explain(directory, EntityType.LIKE, like["event_id"]).text("en")
    assert "Prior" not in text
    assert "from score" not in text


def test_a_table_that_is_gone(scans: Callable[[str], Path], tmp_path: Path) -> None:
    directory = copied(scans("three_rings"), tmp_path / "scan")
    like = first(directory, EntityType.LIKE, verdict="fake")
    (directory / "signals.parquet").unlink()
    with pytest.raises(InputError, match=r"no signals\.parquet"):
        explain(directory, EntityType.LIKE, like["event_id"])
