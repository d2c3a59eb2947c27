"""From signals on pairs to groups, their kind and their evidence."""

from zhenzan.rings.build import build_rings

__all__ = ["build_rings"]
