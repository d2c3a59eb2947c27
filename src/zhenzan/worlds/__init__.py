"""Simulated worlds with known truth; no stage of the product imports them.

A number stands with its source, or is our assumption: what no publication measures is set by what
is plausible, as a range from which each seed draws where it matters.
"""

from zhenzan.worlds.settings import ALL_CROWDS, ALL_MODES, WorldSettings, demo_settings
from zhenzan.worlds.simulation import simulate
from zhenzan.worlds.yardstick import Evaluation, evaluate

__all__ = [
    "ALL_CROWDS",
    "ALL_MODES",
    "Evaluation",
    "WorldSettings",
    "demo_settings",
    "evaluate",
    "simulate",
]
