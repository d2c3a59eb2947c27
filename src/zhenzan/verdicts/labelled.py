"""What people judged: of the very like, account or content, of the rings they are in, of scores.

A label never makes anything ``fake``: that takes the log's own evidence, as much as without labels.
It can make suspect, and it can take away.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from zhenzan.arrays import column
from zhenzan.model import LEAST_FAKE_MILLIBITS
from zhenzan.reasons import REASONS
from zhenzan.verdicts.attribute import attribute
from zhenzan.verdicts.calibration import IDENTITY, WRONG_LABELS, Calibration, calibrate
from zhenzan.verdicts.decide import PRIOR_MILLIBITS, score_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenzan.engines.base import Engine

GIVEN = "labels.label"
"""Among what a log holds: there are labels."""
LABEL_MILLIBITS = round(1_000 * float(np.log2((1.0 - WRONG_LABELS) / WRONG_LABELS)))
"""What a person's word says of what was judged: 5.6 bits."""
RING_MILLIBITS = 2_000
"""What all labels in a ring may say of it: little, as its other members were not judged."""
RING_DOUBT = 3
"""As if so many of its members more had been judged, and nothing been found."""
KEYS = {"like": '"like"', "account": "account", "content": "content"}
WITNESS = "ring_judged"

HEARD = """
SELECT entity_type, entity_id, CASE WHEN sum(vote) > 0 THEN 1 ELSE 0 END AS fake
FROM (
    SELECT entity_type, entity_id, CASE WHEN label = 'fake' THEN 1 ELSE -1 END AS vote
    FROM labels_in
) GROUP BY entity_type, entity_id HAVING sum(vote) <> 0
"""
"""Where as many say one thing as the other, nobody has said anything."""
JUDGED = """
SELECT h.entity_type, e."like" AS entity, h.fake FROM labels_heard h
JOIN endorsements e ON e.event_id = h.entity_id WHERE h.entity_type = 'like'
UNION ALL
SELECT h.entity_type, a.account AS entity, h.fake FROM labels_heard h
JOIN accounts_in a ON a.account_id = h.entity_id WHERE h.entity_type = 'account'
UNION ALL
SELECT h.entity_type, c.content AS entity, h.fake FROM labels_heard h
JOIN contents_in c ON c.content_id = h.entity_id WHERE h.entity_type = 'content'
UNION ALL
SELECT h.entity_type, r.ring AS entity, h.fake FROM labels_heard h
JOIN ring_list r ON r.ring_id = h.entity_id WHERE h.entity_type = 'ring'
"""

LABELLED = {
    "like": """
SELECT t.millibits, j.fake, coalesce(r.ring, -1 - t.account) AS together
FROM judged j JOIN like_totals t ON t."like" = j.entity
LEFT JOIN (SELECT "like", min(ring) AS ring FROM ring_likes GROUP BY "like") r
ON r."like" = j.entity
WHERE j.entity_type = 'like' ORDER BY millibits, fake, together
""",
    "account": """
SELECT t.millibits, j.fake, coalesce(m.ring, -1 - t.account) AS together
FROM judged j JOIN account_totals t ON t.account = j.entity
LEFT JOIN (SELECT account, min(ring) AS ring FROM group_members GROUP BY account) m
ON m.account = j.entity
WHERE j.entity_type = 'account' ORDER BY millibits, fake, together
""",
}
RINGS_JUDGED = """
SELECT ring, cast(sum(fake) AS bigint) AS fake, count(*) - cast(sum(fake) AS bigint) AS genuine
FROM (
    SELECT m.ring, j.fake FROM judged j JOIN group_members m ON m.account = j.entity
    WHERE j.entity_type = 'account'
    UNION ALL
    SELECT entity AS ring, fake FROM judged WHERE entity_type = 'ring'
) GROUP BY ring ORDER BY ring
"""
CALIBRATED = """
SELECT '{entity_type}' AS entity_type, t.{key} AS entity, cast(NULL AS bigint) AS other,
       'labels' AS detector, cast(1 AS bigint) AS version, s.millibits,
       '{entity_type}_calibrated' AS reason_code, {evidence} AS evidence
FROM {entity_type}_totals t JOIN {entity_type}_shifts s ON s.total = t.millibits
WHERE s.millibits <> 0
"""
SAID = """
SELECT '{entity_type}' AS entity_type, entity, cast(NULL AS bigint) AS other,
       'labels' AS detector, cast(1 AS bigint) AS version,
       CASE WHEN fake = 0 THEN -greatest({label}, total - ({fake} - 1))
            WHEN total >= {fake} THEN {label}
            ELSE least({label}, {fake} - 1 - total) END AS millibits,
       CASE WHEN fake = 1 THEN '{entity_type}_judged_fake'
            ELSE '{entity_type}_judged_genuine' END AS reason_code, {evidence} AS evidence
FROM (
    SELECT j.entity, j.fake, t.millibits + coalesce(s.shift, 0) AS total
    FROM judged j JOIN {entity_type}_totals t ON t.{key} = j.entity
    LEFT JOIN {entity_type}_shifts s ON s.total = t.millibits
    WHERE j.entity_type = '{entity_type}'
)
"""
"""Who was judged genuine is held below ``fake``, and so is who was judged fake, unless the evidence
alone says so: whoever gives wrong labels convicts nobody."""
RING_LIST = """
SELECT l.ring, l.ring_id, l.change, l.previous, l.members_joined, l.members_left, l.kind,
       l.millibits + coalesce(d.millibits, 0) AS millibits
FROM ring_list l LEFT JOIN ring_labels d ON d.ring = l.ring
"""
RING_WITNESSES = """
SELECT ring, reason_code, millibits, evidence FROM ring_witnesses
UNION ALL
SELECT ring, '{witness}' AS reason_code, millibits, {evidence} AS evidence FROM ring_labels
"""


@dataclass(frozen=True)
class Labels:
    """What a scan takes from labels.

    Attributes:
        calibrations: Of the scores of likes and accounts.
        judged: How many of each kind of entity a label was matched to, and how many are fake.
    """

    calibrations: dict[str, Calibration] = field(default_factory=dict)
    judged: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, entity_type: str) -> Calibration:
        """The calibration of a kind of entity."""
        return self.calibrations.get(entity_type, IDENTITY)

    def summary(self) -> dict[str, object]:
        """What ``summary.json`` tells: totals in bits before and after, where they differ."""
        moved = {
            name: [[a / 1e3, t / 1e3] for a, t in zip(c.at, c.to, strict=True) if a != t]
            for name, c in self.calibrations.items()
        }
        return {"judged": self.judged, "moved_bits": moved}


def read_labels(engine: Engine, present: frozenset[str]) -> Labels:
    """Learn from labels, let them speak of rings, and carry the rings' evidence on again.

    Scores are calibrated as they are without labels, so that no label counts twice.

    Args:
        engine: Holds ``labels_in``, the ring tables, and the totals of all evidence without labels.
        present: What the log holds.
    """
    engine.create("labels_heard", HEARD)
    engine.create("judged", JUDGED)
    calibrations = {}
    for entity_type, query in LABELLED.items():
        rows = engine.query(query)
        parts = (column(rows, name) for name in ("millibits", "fake", "together"))
        calibrations[entity_type] = calibrate(PRIOR_MILLIBITS[entity_type], *parts)
    counted = engine.query(
        "SELECT entity_type, count(*) AS labels, cast(sum(fake) AS bigint) AS fake FROM judged "
        "GROUP BY entity_type ORDER BY entity_type"
    ).to_pylist()
    _judge_rings(engine)
    attribute(engine, present)
    return Labels(calibrations, {row.pop("entity_type"): row for row in counted})


def label_signals(engine: Engine, labels: Labels, least: Mapping[str, int]) -> None:
    """Fill ``label_signals`` (same shape as ``found``): what labels move, and what they say.

    Args:
        engine: Holds ``judged`` and the totals of all other evidence, calibrated by nothing.
        labels: What was learned.
        least: The least calibrated total at which a kind of entity is called fake.
    """
    queries = []
    for entity_type, key in KEYS.items():
        _store_shifts(engine, entity_type, labels.of(entity_type))
        facts = engine.json_object(("labels", "before", "after"))
        queries.append(CALIBRATED.format(entity_type=entity_type, key=key, evidence=facts))
        queries.append(
            SAID.format(
                entity_type=entity_type,
                key=key,
                label=LABEL_MILLIBITS,
                fake=least.get(entity_type, LEAST_FAKE_MILLIBITS),
                evidence=engine.json_object(()),
            )
        )
    engine.create("label_signals", " UNION ALL ".join(queries))


def _store_shifts(engine: Engine, entity_type: str, calibration: Calibration) -> None:
    """Fill ``<entity_type>_shifts``: how far each total moves, beyond what the prior does."""
    rows = engine.query(f"SELECT DISTINCT millibits FROM {entity_type}_totals ORDER BY millibits")
    total = column(rows, "millibits")
    shift = calibration.shift(total)
    prior = PRIOR_MILLIBITS[entity_type]
    shifts = {
        "total": total,
        "shift": shift,
        "millibits": shift - (calibration.moved(prior) - prior),
        "labels": np.full(len(total), calibration.labels),
        "before": np.round(score_of(total), 4),
        "after": np.round(score_of(total + shift), 4),
    }
    engine.register(f"{entity_type}_shifts", pa.table(shifts))


def _judge_rings(engine: Engine) -> None:
    """Let labels speak of the rings that labelled accounts are in."""
    before = {row["ring"]: row["millibits"] for row in engine.query(RING_TOTALS).to_pylist()}
    rows = []
    for row in engine.query(RINGS_JUDGED).to_pylist():
        said = (row["fake"] - row["genuine"]) / (row["fake"] + row["genuine"] + RING_DOUBT)
        weight = round(RING_MILLIBITS * said)
        if weight > 0:
            # A ring that its own evidence does not prove, labels do not prove either.
            weight = max(0, min(weight, LEAST_FAKE_MILLIBITS - 1 - before[row["ring"]]))
        rows.append(row | {"millibits": weight})
    told = {row["ring"]: row for row in rows if row["millibits"]}
    schema = pa.schema([(name, pa.int64()) for name in ("ring", "fake", "genuine", "millibits")])
    engine.register("ring_labels", pa.Table.from_pylist(list(told.values()), schema))
    facts = engine.json_object(("fake", "genuine"))
    engine.create("ring_list", RING_LIST)
    engine.create("ring_witnesses", RING_WITNESSES.format(witness=WITNESS, evidence=facts))
    evidence = engine.query("SELECT ring, evidence FROM ring_evidence ORDER BY ring").to_pylist()
    for row in evidence:
        if row["ring"] in told:
            row["evidence"] = _told(row["evidence"], told[row["ring"]])
    schema = pa.schema([("ring", pa.int64()), ("evidence", pa.string())])
    engine.register("ring_evidence", pa.Table.from_pylist(evidence, schema))


def _told(evidence: str, said: Mapping[str, int]) -> str:
    """A ring's evidence with what labels say of it, the strongest first as before."""
    whole: dict[str, Any] = json.loads(evidence)
    whole["witnesses"].append(
        {
            "detector": "rings",
            "reason_code": WITNESS,
            "family": str(REASONS[WITNESS].family),
            "weight": said["millibits"] / 1_000,
            "facts": {"fake": said["fake"], "genuine": said["genuine"]},
        }
    )
    whole["witnesses"].sort(key=lambda w: (-w["weight"], w["reason_code"]))
    return json.dumps(whole)


RING_TOTALS = "SELECT ring, millibits FROM ring_list ORDER BY ring"
