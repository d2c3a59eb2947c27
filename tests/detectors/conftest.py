"""Engines filled with a few rows, closed when the test ends."""

from __future__ import annotations

from contextlib import closing, contextmanager
from itertools import count
from typing import TYPE_CHECKING

import pytest
from tests.detectors.logs import Log, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from zhenzan.detectors.examples import Row


@pytest.fixture(scope="session")
def log_of(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., AbstractContextManager[Log]]:
    """Opens a log of given rows (and authors of contents) for a ``with`` block."""
    numbers = count()

    @contextmanager
    def opened(rows: Sequence[Row], authors: Mapping[str, str] | None = None) -> Iterator[Log]:
        log = build(tmp_path_factory.mktemp(f"log{next(numbers)}"), rows, authors)
        with closing(log.engine):
            yield log

    return opened
