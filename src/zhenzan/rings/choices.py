"""Who chose what, as sparse matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from zhenzan.arrays import column

if TYPE_CHECKING:
    from zhenzan.engines.base import Engine

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FIRSTS = """
SELECT account, content, author, cast(NULL AS bigint) AS way FROM firsts
ORDER BY account, content
"""
FIRSTS_WITH_WAYS = """
SELECT f.account, f.content, f.author, w.way
FROM firsts f LEFT JOIN like_ways w ON w."like" = f."like" ORDER BY f.account, f.content
"""


@dataclass(frozen=True)
class Rows:
    """First endorsements, ascending by account and content.

    Attributes:
        account: Who.
        content: What.
        author: Whose; negative for a content whose author is not known.
        sought: Known to have been sought, or sent for: neither shown by the platform nor by a
            followed author; all false without sources.
    """

    account: Ints
    content: Ints
    author: Ints
    sought: Flags

    def where(self, kept: Flags) -> Rows:
        """Only the rows where ``kept`` is true."""
        return Rows(self.account[kept], self.content[kept], self.author[kept], self.sought[kept])


@dataclass(frozen=True)
class Choices:
    """Who chose what.

    Attributes:
        contents: Accounts × contents, 0 or 1; by rows.
        by_content: The same by columns.
        authors: Accounts × authors, 0 or 1.
        author_of: Column in ``authors`` of each content's author; -1 for a content nobody chose.
        author_accounts: Account code of each author; negative where the author is not known.
        activity: Contents that each account chose.
        popularity: Accounts that chose each content.
    """

    contents: sparse.csr_matrix
    by_content: sparse.csc_matrix
    authors: sparse.csr_matrix
    author_of: Ints
    author_accounts: Ints
    activity: Ints
    popularity: Ints

    @property
    def accounts(self) -> int:
        """Number of account codes."""
        return int(self.contents.shape[0])

    @property
    def items(self) -> int:
        """Number of content codes."""
        return int(self.contents.shape[1])

    def hits_by(self, members: Ints) -> Ints:
        """Per content, how many of the members chose it."""
        return np.bincount(self.contents[members].indices, minlength=self.items)

    def hits_on(self, targets: Ints) -> Ints:
        """Per account, how many of the targets it chose."""
        return np.bincount(self.by_content[:, targets].indices, minlength=self.accounts)


def read_rows(engine: Engine, present: frozenset[str]) -> Rows:
    """Read first endorsements, and how each account came to the content where that is known."""
    rows = engine.query(FIRSTS_WITH_WAYS if "source" in present else FIRSTS)
    way = rows.column("way").fill_null(-1).to_numpy()
    account, content, author = (column(rows, n) for n in ("account", "content", "author"))
    return Rows(account, content, author, way == 0)


def choices(rows: Rows, like: Choices | None = None) -> Choices:
    """Sparse matrices of ``rows``, of the same shape and codes as ``like`` if given."""
    names = like.author_accounts if like else np.unique(rows.author)
    author = np.searchsorted(names, rows.author)
    shape = (0, 0)
    if like:
        shape = like.contents.shape
    elif len(rows.account):
        shape = (int(rows.account.max()) + 1, int(rows.content.max()) + 1)
    ones = np.ones(len(rows.account), np.int8)  # only where they stand is asked for
    contents = sparse.csr_matrix((ones, (rows.account, rows.content)), shape=shape)
    authors = sparse.csr_matrix((ones, (rows.account, author)), shape=(shape[0], len(names)))
    authors.data[:] = 1
    author_of = np.full(shape[1], -1, np.int64)
    author_of[rows.content] = author
    return Choices(
        contents,
        contents.tocsc(),
        authors,
        like.author_of if like else author_of,
        names,
        np.diff(contents.indptr).astype(np.int64),
        np.bincount(contents.indices, minlength=shape[1]),
    )
