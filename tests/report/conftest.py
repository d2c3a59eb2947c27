"""Scan directories to read reports from, and reasons whose words do not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenzan import reasons

from .plans import BAD_ROWS, SKIPPED, THREE_RINGS, RingPlan, ScanPlan
from .scans import ScanWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from zhenzan.settings import Language

PLANS = {
    "three_rings": ScanPlan(rings=THREE_RINGS, skipped=SKIPPED, quarantine=BAD_ROWS),
    "friends": ScanPlan(rings=(RingPlan("courtesy", 6, 5, 40, 60.0),)),
    "suspect_ring": ScanPlan(
        rings=(
            RingPlan("farm", 20, 5, 60, 5.0),
            RingPlan("lockstep", 15, 9, 30, 90.0, established=False, first_witness_bits=1.0),
            RingPlan("lockstep", 9, 4, 90, 90.0, established=False, first_witness_bits=-4.0),
        )
    ),
    "no_likes": ScanPlan(organic_likes=0),
    "no_rings": ScanPlan(),
    "all_real": ScanPlan(organic_likes=300, unknown_share=0.0, exact=True),
    "unknown": ScanPlan(unknown_share=0.98, with_views=False, skipped=SKIPPED),
    "integer_ids": ScanPlan(rings=THREE_RINGS[:1], organic_likes=200, integer_events=True),
    "shares": ScanPlan(organic_likes=50, settings={"endorsement": ["share", "favorite"]}),
    "hostile": ScanPlan(
        rings=THREE_RINGS[:2],
        organic_likes=400,
        prefix="<script>alert(1)</script>\"'&{{ 7*7 }}\u202e\x1b[31m" + "x" * 300,
        skipped=({"id": "<b>odd</b>", "version": 1, "missing": ["<i>ip</i>"], "why": "<u>"},),
        quarantine=(
            {
                "source": "<img src=x onerror=alert(1)>",
                "row": 1,
                "reason": "<script>alert(2)</script>",
                "raw": "<script>",
            },
        ),
    ),
}
ALL_REASONS: dict[str, dict[str, tuple[str, str]]] = {
    "like_without_view": {
        "en": ("liked without viewing", "No view of this content comes before the like."),
        "zh": ("未观看即点赞", "该账号在点赞之前没有观看过这条内容。"),
    },
    "ring_member": {
        "en": ("member of a ring", "The account belongs to ring {ring_id}."),
        "zh": ("团伙成员", "该账号属于团伙 {ring_id}。"),
    },
    "burst_over_views": {
        "en": ("more likes than views explain", "It has {likes} likes; {missing} were expected."),
        "zh": ("点赞超出播放", "点赞 {likes} 个，应为 {missing} 个。"),
    },
}


@pytest.fixture(scope="session")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A scan directory by the name of its plan, written once."""
    written: dict[str, Path] = {}

    def scan(name: str) -> Path:
        if name not in written:
            written[name] = ScanWriter(PLANS[name]).write(tmp_path_factory.mktemp(name))
        return written[name]

    return scan


@pytest.fixture
def fixed_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three reason codes with words; one's sentence asks for a fact that no signal gives."""

    def title(code: str, lang: Language) -> str:
        return ALL_REASONS[code][lang][0]

    def sentence(code: str, facts: Mapping[str, object], lang: Language) -> str:
        return ALL_REASONS[code][lang][1].format_map(dict(facts))

    monkeypatch.setattr(reasons, "title", title)
    monkeypatch.setattr(reasons, "sentence", sentence)
