"""What several detectors read: named tables built from the log, each by one query.

``build`` makes every feature whose needs the log meets; a detector that reads a missing one has
the same need and does not run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenzan.features import activity, origin, paths
from zhenzan.model import EVENT_TYPES

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine


DEEPER_KINDS = ("comment", "share", "favorite", "follow")
"""What people do besides endorsing, where it is not what is judged."""
NO_EVENT = -1


@dataclass(frozen=True)
class Feature:
    """One derived table: its name, what the log must hold for it, and its query."""

    name: str
    needs: frozenset[str]
    query: str


FEATURES: tuple[Feature, ...] = (
    Feature("firsts", frozenset(), activity.FIRSTS),
    Feature("account_activity", frozenset(), activity.ACCOUNT_ACTIVITY),
    Feature("deeper", frozenset(), activity.DEEPER),
    Feature("account_life", frozenset({"view"}), activity.ACCOUNT_LIFE),
    Feature("content_activity", frozenset(), activity.CONTENT_ACTIVITY),
    Feature("content_hours", frozenset(), activity.CONTENT_HOURS),
    Feature("log_hours", frozenset(), activity.LOG_HOURS),
    Feature("like_path", frozenset({"view"}), paths.LIKE_PATH),
    Feature("like_ways", frozenset({"source"}), paths.LIKE_WAYS),
    Feature("account_devices", frozenset({"device_id"}), origin.ACCOUNT_DEVICES),
    Feature("account_addresses", frozenset({"ip"}), origin.ACCOUNT_ADDRESSES),
    Feature("account_visits", frozenset({"ip"}), origin.ACCOUNT_VISITS),
    Feature("account_homes", frozenset({"ip"}), origin.ACCOUNT_HOMES),
)


def build(
    engine: Engine, present: frozenset[str], endorsement: tuple[str, ...] = ("like",)
) -> None:
    """Build every feature table that the log allows.

    Args:
        engine: Holds the ingest tables; receives the feature tables.
        present: What the log holds; see ``ingest.IngestReport.columns_present``.
        endorsement: The kinds of event that are judged.
    """
    kinds = [EVENT_TYPES.index(kind) for kind in DEEPER_KINDS if kind not in endorsement]
    deeper = ", ".join(map(str, kinds or [NO_EVENT]))
    for feature in FEATURES:
        if feature.needs <= present:
            query = feature.query
            if feature.name == "deeper":
                query = query.format(deeper=deeper)
            engine.create(feature.name, query)
