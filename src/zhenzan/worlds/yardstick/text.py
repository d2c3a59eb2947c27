"""An evaluation as tables for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenzan.worlds.yardstick.evaluation import Evaluation
    from zhenzan.worlds.yardstick.measures import Share

_PER = 10_000


def render(evaluation: Evaluation) -> str:
    """All figures of an evaluation, section by section."""
    sections = (_summary, _modes, _crowds, _scores, _calibration, _contents, _rings)
    return "\n\n".join(section(evaluation) for section in sections)


def _percent(share: Share) -> str:
    if share.value is None:
        return "no case"
    return f"{100 * share.value:.1f}% ({100 * share.low:.1f}–{100 * share.high:.1f})"


def _per_10k(share: Share) -> str:
    if share.value is None:
        return "no case"
    return f"{_PER * share.value:.1f} ({_PER * share.low:.1f}–{_PER * share.high:.1f})"


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[i]) for line in [head, *rows]) for i in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in [head, *rows]
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _summary(e: Evaluation) -> str:
    rows = [
        ("fake likes found (verdict fake)", _percent(e.recall)),
        ("likes called fake that are", _percent(e.precision)),
        ("honest likes called fake, per 10,000", _per_10k(e.false_likes)),
        ("honest accounts called fake, per 10,000", _per_10k(e.false_accounts)),
        ("average precision of like scores", _number(e.average_precision)),
        ("average precision of account scores", _number(e.account_average_precision)),
        ("calibration error of like scores", _number(e.calibration_error)),
        ("likes judged", _percent(e.judged)),
    ]
    return _table(("With 95% intervals", ""), rows)


def _modes(e: Evaluation) -> str:
    rows = [
        (
            m.mode,
            str(m.skill),
            str(m.recall.total),
            _percent(m.recall),
            _percent(m.recall_bought),
            _percent(m.accounts),
            _number(m.list_price, 4),
            _number(m.paid_per_surviving, 4),
            "none survives" if m.multiple is None else f"{m.multiple:.1f}×",
        )
        for m in e.modes
    ]
    head = (
        "Mode",
        "skill",
        "fake likes",
        "found",
        "of those bought",
        "accounts found",
        "yuan a like",
        "a surviving like",
        "multiple",
    )
    return _table(head, rows)


def _crowds(e: Evaluation) -> str:
    rows = [
        (
            c.crowd,
            str(c.likes.total),
            _per_10k(c.likes),
            str(c.accounts.total),
            _per_10k(c.accounts),
        )
        for c in e.crowds
    ]
    head = ("Honest crowd", "likes", "called fake per 10,000", "accounts", "called fake per 10,000")
    return _table(head, rows)


def _scores(e: Evaluation) -> str:
    rows = [(f"{t.threshold:.2f}", _percent(t.precision), _percent(t.recall)) for t in e.thresholds]
    return _table(("Like score at least", "precision", "recall"), rows)


def _calibration(e: Evaluation) -> str:
    rows = [
        (f"{b.low:.1f}–{b.high:.1f}", str(b.likes), _number(b.score), _number(b.fake))
        for b in e.calibration
    ]
    return _table(("Like score", "likes", "mean score", "share fake"), rows)


def _contents(e: Evaluation) -> str:
    c = e.contents
    rows = [
        ("contents with 20 likes or more", str(c.contents)),
        ("mean relative error of true_likes", _number(c.mean_relative_error)),
        ("total error by total of genuine likes", _number(c.total_relative_error)),
        ("mean relative error of the plain count", _number(c.mean_relative_error_of_count)),
        ("of true_likes where likes were bought", _number(c.mean_relative_error_bought)),
        ("inside the 90% interval", _percent(c.inside_interval)),
        ("bought contents called boosted", _percent(c.recall)),
        ("contents called boosted that were bought", _percent(c.precision)),
    ]
    return _table(("Contents", ""), rows)


def _rings(e: Evaluation) -> str:
    rows = [
        ("adjusted Rand index with the sellers' pools", _number(e.rings.adjusted_rand)),
        ("accounts in rings that are of the ring's main pool", _percent(e.rings.purity)),
        ("accounts in pools that are in a ring", _percent(e.rings.coverage)),
    ]
    return _table(("Rings", ""), rows)
