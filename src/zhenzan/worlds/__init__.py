"""Simulated worlds with known truth; no stage of the product imports them."""

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
