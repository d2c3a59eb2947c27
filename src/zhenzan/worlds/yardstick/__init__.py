"""The yardstick: how good a scan is, by the truth of a simulated world."""

from zhenzan.worlds.yardstick.evaluation import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
