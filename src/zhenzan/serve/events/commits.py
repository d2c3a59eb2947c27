"""What one commit does: check the rows of many requests, decide, store, say what became of them."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from http import HTTPStatus
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from zhenzan.errors import ZhenzanError
from zhenzan.ingest import Staged
from zhenzan.ingest.admission import enter
from zhenzan.kernels.remembered import NEW, SAME
from zhenzan.serve.events.answers import LikeDecision, Receipt, UnreadRow
from zhenzan.serve.events.bodies import alike, open_rows, open_tables
from zhenzan.serve.events.store import TYPED, UNTYPED, KeptAnswer
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from zhenzan.ingest import Admission, Entrance
    from zhenzan.ingest.forms import Form
    from zhenzan.ingest.pseudonyms import Pseudonyms
    from zhenzan.ingest.records import Opened
    from zhenzan.serve.events.intake import Arrival
    from zhenzan.serve.events.recent import RecentEvents
    from zhenzan.serve.events.store import EventStore
    from zhenzan.serve.live.decisions import Decided, LiveDecisions
    from zhenzan.serve.metrics import Metrics

    Answer = bytes | ZhenzanError

FORGET_EVERY_US = 60_000_000
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True)
class _Checked:
    """Rows of several arrivals, checked together.

    Attributes:
        source: events, accounts or contents.
        arrivals: Whose they are, in their order.
        rows: The rows.
        about: What they came to.
    """

    source: str
    arrivals: Sequence[Arrival]
    rows: pa.Table
    about: Staged


class Commits:
    """Stores groups of arrivals; for one thread.

    Args:
        store: The event store.
        admission: Checks rows.
        pseudonyms: What stands for devices, sessions and addresses.
        recent: Which events came lately.
        live: Decides on likes.
        metrics: The service's figures.
        answers_kept_us: How long an Idempotency-Key is remembered, µs.
    """

    def __init__(
        self,
        store: EventStore,
        admission: Admission,
        pseudonyms: Pseudonyms,
        recent: RecentEvents,
        live: LiveDecisions,
        metrics: Metrics,
        answers_kept_us: int,
    ) -> None:
        self._store = store
        self._admission = admission
        self._pseudonyms = pseudonyms
        self._recent = recent
        self._live = live
        self._metrics = metrics
        self._answers_kept_us = answers_kept_us
        self._forgot_us = 0

    def store(self, group: Sequence[Arrival]) -> Sequence[Answer]:
        """Store a group for good, and give the answer to each.

        Raises:
            LimitError: The disk is full or failing; nothing of the group was stored.
        """
        now_us = time.time_ns() // 1000
        self._forget_old_answers(now_us)
        answers = self._repeated(group)
        fresh = [arrival for arrival in group if arrival not in answers]
        try:
            with self._store.commit():
                for checked in self._checked(fresh, answers):
                    answers |= self._keep(checked, now_us)
                for arrival in fresh:
                    self._keep_answer(arrival, answers[arrival], now_us)
        except BaseException:
            self._recent.clear()  # It remembers events that were not stored.
            raise
        return [answers[arrival] for arrival in group]

    def _forget_old_answers(self, now_us: int) -> None:
        if now_us - self._forgot_us >= FORGET_EVERY_US:
            self._forgot_us = now_us
            with self._store.commit():
                self._store.forget_answers(now_us - self._answers_kept_us)

    def _keep_answer(self, arrival: Arrival, answer: Answer, now_us: int) -> None:
        if arrival.idempotency_key and isinstance(answer, bytes):
            kept = KeptAnswer(arrival.digest, answer)
            self._store.keep_answer(arrival.principal, arrival.idempotency_key, kept, now_us)

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()
        self._admission.close()

    def _repeated(self, group: Iterable[Arrival]) -> dict[Arrival, Answer]:
        """The answers to requests whose Idempotency-Key came before."""
        answers: dict[Arrival, Answer] = {}
        for arrival in group:
            if not arrival.idempotency_key:
                continue
            kept = self._store.kept_answer(arrival.principal, arrival.idempotency_key)
            if kept is None:
                continue
            if kept.digest == arrival.digest:
                answers[arrival] = kept.answer
            else:
                answers[arrival] = ProblemError(
                    HTTPStatus.CONFLICT,
                    "This Idempotency-Key came before with another body.",
                    "Use a new key for each new body, and the same body for the same key.",
                )
        return answers

    def _checked(
        self, arrivals: Sequence[Arrival], answers: dict[Arrival, Answer]
    ) -> Iterable[_Checked]:
        """Check the rows of all arrivals in as few queries as their forms allow."""
        entered: dict[tuple[str, tuple[Form, ...]], list[tuple[list[Arrival], Entrance]]]
        entered = defaultdict(list)
        for members, opened in _opened(arrivals):
            source, index = members[0].body.source, TYPED if members[0].body.typed else UNTYPED
            try:
                entrance = enter(source, index, opened, self._pseudonyms)
            except ZhenzanError as error:  # A column is missing, or of a wrong type.
                hint = "Name and type the columns as /v1/openapi.json says."
                refusal = ProblemError(HTTPStatus.BAD_REQUEST, error.sentence, hint)
                answers |= dict.fromkeys(members, refusal)
                continue
            entered[source, entrance.forms].append((members, entrance))
        for (source, _), parts in entered.items():
            entrances = [entrance for _, entrance in parts]
            about = Staged(
                text=any(e.about.text for e in entrances),
                integer_ids=sorted({i for e in entrances for i in e.about.integer_ids}),
                other_ids=sorted({i for e in entrances for i in e.about.other_ids}),
            )
            members = [arrival for some, _ in parts for arrival in some]
            yield _Checked(source, members, self._admission.check(entrances), about)

    def _keep(self, checked: _Checked, now_us: int) -> dict[Arrival, Answer]:
        """Store checked rows, those that merely repeat excepted; inside a commit."""
        rows = checked.rows
        unread = rows.column("reason").is_valid().to_numpy()
        if checked.source == "events":
            found = self._recent.meet(rows)
            decided: Decided | None = self._live.decide(rows, found == NEW, now_us)
        else:
            found = np.full(rows.num_rows, NEW, np.int8)
            decided = None
        new = rows if not (found == SAME).any() else rows.filter(pa.array(found != SAME))
        if new.num_rows:
            self._store.append(checked.source, new, checked.about, now_us)
        answers = dict(_answers(checked, unread, found, decided))
        self._count(checked.source, unread, found, decided)
        return answers

    def _count(
        self,
        source: str,
        unread: npt.NDArray[np.bool_],
        found: npt.NDArray[np.int8],
        decided: Decided | None,
    ) -> None:
        outcomes = {
            "accepted": int((~unread & (found == NEW)).sum()),
            "duplicate": int((~unread & (found != NEW)).sum()),
            "quarantined": int(unread.sum()),
        }
        for outcome, rows in outcomes.items():
            self._metrics.count(
                "zhenzan_rows_total", "Rows by outcome.", rows, source=source, outcome=outcome
            )
        for decision, likes in Counter(decided.decisions if decided else ()).items():
            self._metrics.count(
                "zhenzan_decisions_total", "Likes by decision.", likes, decision=decision
            )


def _opened(arrivals: Sequence[Arrival]) -> Iterable[tuple[list[Arrival], Opened]]:
    """The arrivals as columns: those that can be are read together, the others by themselves."""
    objects: dict[tuple[str, bool], list[Arrival]] = defaultdict(list)
    columns: dict[tuple[object, ...], list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        body = arrival.body
        if body.rows is not None:
            objects[body.source, body.typed].append(arrival)
        elif body.table is not None:
            columns[alike(body) or (arrival,)].append(arrival)
        elif body.opened is not None:
            yield [arrival], body.opened
    for members in objects.values():
        yield members, open_rows([arrival.body for arrival in members])
    for members in columns.values():
        yield members, open_tables([arrival.body for arrival in members])


def _answers(
    checked: _Checked,
    unread: npt.NDArray[np.bool_],
    found: npt.NDArray[np.int8],
    decided: Decided | None,
) -> Iterable[tuple[Arrival, Answer]]:
    ends = list(accumulate(arrival.body.count for arrival in checked.arrivals))
    reasons = checked.rows.column("reason")
    numbers = checked.rows.column("row")
    told = [] if decided is None else list(map(LikeDecision, *decided.columns()))
    likes = np.searchsorted(decided.places, [0, *ends]).tolist() if decided else [0] * len(ends)
    bad = np.flatnonzero(unread)
    bads = np.searchsorted(bad, [0, *ends]).tolist()
    rows_unread = bad.tolist()
    repeats = [0, *np.cumsum(~unread & (found != NEW)).tolist()]
    for place, (arrival, end) in enumerate(zip(checked.arrivals, ends, strict=True)):
        start = end - arrival.body.count
        own = rows_unread[bads[place] : bads[place + 1]]
        repeated = repeats[end] - repeats[start]
        receipt = Receipt(
            end - start,
            end - start - repeated - len(own),
            repeated,
            len(own),
            sorted(UnreadRow(numbers[i].as_py(), reasons[i].as_py()) for i in own),
            told[likes[place] : likes[place + 1]] if decided else [],
        )
        yield arrival, _ENCODER.encode(receipt)
