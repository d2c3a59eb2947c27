"""Zhenzan (真赞): which likes are real, who supplies the rest, and how we know."""

from zhenzan.api import Scan, scan
from zhenzan.api import open_scan as open  # noqa: A004 - read as zhenzan.open, like gzip.open
from zhenzan.errors import CallError, InputError, LimitError, ZhenzanError

__all__ = ["CallError", "InputError", "LimitError", "Scan", "ZhenzanError", "open", "scan"]
