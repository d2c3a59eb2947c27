"""Fuse weights into scores and decide."""

from zhenzan.verdicts.attribute import attribute
from zhenzan.verdicts.decide import LEAST_FAKE_SCORE, Threshold
from zhenzan.verdicts.fuse import fuse

__all__ = ["LEAST_FAKE_SCORE", "Threshold", "attribute", "fuse"]
