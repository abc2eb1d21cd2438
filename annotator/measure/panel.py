"""Who gave which value to which unit: the table from which patterns and pairs are counted."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from annotator.measure.patterns import (
    PACK_LIMIT,
    IntArray,
    Patterns,
    distinct_rows,
    pack,
    unpack,
)

SmallArray = npt.NDArray[np.int16]
Given = npt.NDArray[np.signedinteger[Any]]
NONE = -1
# So many multiplications cost as much as one pair of answers that is looked up.
PRODUCT = 300
# So many units are multiplied at a time.
EXACT = 2**15


@dataclass(frozen=True, eq=False)
class Panel:
    """The values given, one row per unit and one column per annotator.

    `values`: the declared scale in order, K names. `given`: (U, A) places on that scale, -1 where
    an annotator gave nothing. `articles`: (U,) index of the article of each unit, 0 to M - 1, or
    None where there are none. Raises ValueError where shapes disagree or a place is not on the
    scale.
    """

    values: tuple[str, ...]
    given: SmallArray
    articles: IntArray | None = None

    def __post_init__(self) -> None:
        if self.given.ndim != 2:
            raise ValueError(
                f"given has one row per unit and one column each, not {self.given.ndim}"
            )
        if self.given.size and not NONE <= self.given.min() <= self.given.max() < len(self.values):
            raise ValueError(f"places lie between 0 and {len(self.values) - 1}, or are -1")
        if self.articles is not None and self.articles.shape != (len(self.given),):
            raise ValueError(f"{self.articles.shape} articles do not fit {len(self.given)} units")

    @classmethod
    def from_ratings(
        cls,
        values: Sequence[str],
        ratings: Iterable[tuple[Hashable, Hashable, str]],
        annotators: Sequence[Hashable],
        articles: Mapping[Hashable, int] | None = None,
    ) -> Self:
        """Build from (unit, annotator, value) ratings; columns follow `annotators`.

        Raises ValueError naming a repeated (unit, annotator) or a value not on the scale, and
        KeyError naming a unit without an article or an annotator without a column.
        """
        place = {value: k for k, value in enumerate(values)}
        column = {annotator: a for a, annotator in enumerate(annotators)}
        units: dict[Hashable, int] = {}
        cells: dict[tuple[int, int], int] = {}
        for unit, annotator, value in ratings:
            if value not in place:
                raise ValueError(f"{value!r}, given to {unit!r}, is not one of {list(values)}")
            cell = (units.setdefault(unit, len(units)), column[annotator])
            if cell in cells:
                raise ValueError(f"unit {unit!r} has two values by annotator {annotator!r}")
            cells[cell] = place[value]
        given = np.full((len(units), len(column)), NONE, dtype=np.int16)
        if cells:
            rows, columns = np.array(list(cells), dtype=np.int64).T
            given[rows, columns] = list(cells.values())
        known = None if articles is None else np.array([articles[u] for u in units], np.int64)
        return cls(tuple(values), given, known)

    @cached_property
    def counts(self) -> IntArray:
        """(U, K): answers per unit and value."""
        columns = [(self.given == k).sum(axis=1, dtype=np.int64) for k in range(len(self.values))]
        return np.column_stack(columns)

    @cached_property
    def answers(self) -> IntArray:
        """r (U,): answers per unit."""
        counted: IntArray = (self.given != NONE).sum(axis=1, dtype=np.int64)
        return counted

    @cached_property
    def shared(self) -> Self:
        """The units that two or more annotators answered."""
        return self.where(self.answers >= 2)

    @cached_property
    def alike(self) -> tuple[Self, IntArray]:
        """The units that differ from one another, and the place of each unit among them (U,).

        What depends on the answers to a unit alone is found for these few and spread to all.
        """
        rows, place = distinct_rows(self.given.astype(np.int64) + 1)
        return type(self)(self.values, (rows - 1).astype(np.int16)), place

    def where(self, kept: npt.NDArray[np.bool_]) -> Self:
        """Keep some units, (U,) true or false."""
        articles = None if self.articles is None else self.articles[kept]
        return type(self)(self.values, self.given[kept], articles)

    def mapped(self, values: Sequence[str], places: Sequence[int]) -> Self:
        """Read the values on another scale: place k becomes `places[k]`, -1 is left out."""
        table = np.array([*places, NONE], dtype=np.int16)
        return type(self)(tuple(values), table[self.given], self.articles)

    def patterns(self) -> Patterns:
        """Return the count patterns, one row per article and pattern where there are articles."""
        return grouped(self.values, self.counts, self.articles)

    def pair_tables(self) -> IntArray:
        """Return (A, A, K, K): units by the value of one annotator and that of the other.

        `[a, b, i, j]` counts units where a gave i and b gave j; filled for a < b only.
        """
        n_people, n_values = self.given.shape[1], len(self.values)
        answers = self.answers
        pairs = int((answers * (answers - 1) // 2).sum())
        size = n_people * n_values
        if size and len(self.given) * size**2 < PRODUCT * pairs:
            return self._tables_of_product()
        return self._tables_of_pairs()

    def _tables_of_product(self) -> IntArray:
        """Multiply the table of who gave what with itself: the same for any number of pairs."""
        n_people, n_values = self.given.shape[1], len(self.values)
        size = n_people * n_values
        found = np.zeros((size, size), dtype=np.int64)
        for first in range(0, len(self.given), EXACT):
            some = self.given[first : first + EXACT, :, None]
            # Short numbers are exact here: sums of ones, fewer than 2 to the 24.
            gave = (some == np.arange(n_values)).reshape(len(some), size).astype(np.float32)
            found += (gave.T @ gave).astype(np.int64)
        tables = found.reshape(n_people, n_values, n_people, n_values).transpose(0, 2, 1, 3)
        later = np.triu(np.ones((n_people, n_people), dtype=np.bool_), 1)
        return np.where(later[:, :, None, None], tables, 0)

    def _tables_of_pairs(self) -> IntArray:
        """Count pair by pair: costs sum r (r - 1) / 2, whatever the number of annotators."""
        n_people, n_values = self.given.shape[1], len(self.values)
        shape = (n_people, n_people, n_values, n_values)
        unit, who = np.nonzero(self.given != NONE)
        value = self.given[unit, who].astype(np.int64)
        table = np.zeros(int(np.prod(shape)), dtype=np.int64)
        for lag in range(1, n_people):
            first = np.flatnonzero(unit[:-lag] == unit[lag:])
            if not first.size:
                break
            second = first + lag
            cell = np.ravel_multi_index(
                (who[first], who[second], value[first], value[second]), shape
            )
            table += np.bincount(cell, minlength=table.size)
        return table.reshape(shape)


def grouped(values: Sequence[str], counts: IntArray, articles: IntArray | None = None) -> Patterns:
    """Return the distinct count patterns of units (U, K), per article where there are articles.

    Packed into one integer each where that fits, which is several times as fast as sorting rows.
    """
    most = int(counts.sum(axis=1).max(initial=1))
    n_articles = 1 if articles is None else int(articles.max(initial=0)) + 1
    size = (most + 1) ** len(values)
    if size * n_articles >= PACK_LIMIT:
        listed = [(row, 1) for row in counts.tolist()]
        return Patterns.from_counts(values, listed, None if articles is None else articles.tolist())
    packed = pack(counts, most)
    kept = packed > 0
    if articles is not None:
        packed = articles * size + packed
    codes, weights = np.unique(packed[kept], return_counts=True)
    rows = unpack(codes % size, most, len(values))
    return Patterns(
        tuple(values), rows, weights.astype(np.int64), None if articles is None else codes // size
    )
