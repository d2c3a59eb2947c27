"""What people read: HTML, charts, explanations, terminal summary. It only reads a finished scan."""

from zhenzan.report.answer import why_skipped
from zhenzan.report.explanation import Explanation, explain
from zhenzan.report.notebook import summary_html
from zhenzan.report.page import write_report
from zhenzan.report.ring_section import ring_figures
from zhenzan.report.terminal import terminal_summary, three_lines

__all__ = [
    "Explanation",
    "explain",
    "ring_figures",
    "summary_html",
    "terminal_summary",
    "three_lines",
    "why_skipped",
    "write_report",
]
