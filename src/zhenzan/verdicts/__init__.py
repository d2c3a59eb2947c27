"""Fuse weights into scores and decide."""

from zhenzan.verdicts.attribute import attribute
from zhenzan.verdicts.decide import LEAST_FAKE_SCORE
from zhenzan.verdicts.fuse import Fused, fuse

__all__ = ["LEAST_FAKE_SCORE", "Fused", "attribute", "fuse"]
