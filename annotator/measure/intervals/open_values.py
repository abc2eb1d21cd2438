"""Agreement on open values (speakers, sets of speakers) for any weights of articles.

The values may be thousands, so there is no table of values by values: only those that are alike
without being equal are listed. Sources: K. Krippendorff 2011, section C and D; R. Passonneau 2006
for sets (see `annotator.measure.coefficients.sets`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.measure.panel import Given
from annotator.measure.patterns import FloatArray, IntArray, numbered

# Whole numbers of any width.
Numbers = npt.NDArray[np.signedinteger[Any]]

DENSE, SPARSE = 2_000_000, 16
AT_ONCE = 100_000
EXACT = 2**24


@dataclass(frozen=True, eq=False)
class Alike:
    """Pairs of different values that are partly the same: (S,) each, every pair once.

    `first` is the lower one. `share` is 1 minus their distance, above 0; all pairs that are not
    listed lie at distance 1.
    """

    first: IntArray
    second: IntArray
    share: FloatArray


@dataclass(frozen=True, eq=False)
class OpenUnits:
    """Open values given to units, and the article of each unit.

    `units`, `values`, `counts`: (E,) one entry per unit and value given to it, units ascending and
    values within them. `articles`: (U,). Units with fewer than two answers are passed over.
    """

    units: IntArray
    values: IntArray
    counts: IntArray
    articles: IntArray

    @classmethod
    def from_given(cls, given: Given, articles: IntArray) -> "OpenUnits":
        """Build from values (U, A), -1 where an annotator gave none."""
        unit, who = np.nonzero(given >= 0)
        value = given[unit, who].astype(np.int64)
        width = int(value.max(initial=0)) + 1
        codes, counts = np.unique(unit * width + value, return_counts=True)
        return cls(codes // width, codes % width, counts, articles)

    @cached_property
    def per_unit(self) -> tuple[IntArray, IntArray]:
        """Return r and q (U,): answers per unit, and the sum of their squares per value."""
        n = len(self.articles)
        r = np.bincount(self.units, self.counts, n).astype(np.int64)
        q = np.bincount(self.units, self.counts**2, n).astype(np.int64)
        return r, q

    def met(self) -> IntArray:
        """Return the pairs (P, 2) of different values given to one unit, the lower first."""
        width = int(self.values.max(initial=0)) + 1
        codes = [np.empty(0, dtype=np.int64)]
        for first, second in self._neighbours():
            codes.append(np.unique(self.values[first] * width + self.values[second]))
        return np.column_stack(np.divmod(np.unique(np.concatenate(codes)), width))

    def likeness(self, near: Alike) -> FloatArray:
        """Return (U,): the sum of n_c n_k share over the ordered pairs of alike values."""
        found = np.zeros(len(self.articles))
        if not near.first.size:
            return found
        width = max(int(self.values.max(initial=0)), int(near.second.max())) + 1
        keys = near.first * width + near.second
        order = np.argsort(keys)
        keys, shares = keys[order], near.share[order]
        for first, second in self._neighbours():
            # Entries of a unit ascend by value, so the first is the lower one.
            pair = self.values[first] * width + self.values[second]
            place = np.minimum(np.searchsorted(keys, pair), len(keys) - 1)
            share = np.where(keys[place] == pair, shares[place], 0.0)
            both = 2 * self.counts[first] * self.counts[second] * share
            found += np.bincount(self.units[first], both, len(found))
        return found

    def sums(self, n_articles: int, near: Alike | None = None) -> FloatArray:
        """Return (M, 4): answers, observed disagreement, agreeing pairs and pairs per article.

        `near` lists the pairs of values that met in a unit and are partly the same.
        """
        r, q = self.per_unit
        kept = r >= 2
        alike = 0.0 if near is None else self.likeness(near)
        differing = np.where(kept, (r * r - q - alike) / np.maximum(r - 1, 1), 0.0)
        columns = [np.where(kept, r, 0), differing, np.where(kept, q - r, 0), r * (r - 1)]
        return np.column_stack(
            [np.bincount(self.articles, column, n_articles) for column in columns]
        )

    def entries(self) -> tuple[IntArray, IntArray, IntArray]:
        """Return (article, value, answers) over the units with two answers, each pair once."""
        r, _ = self.per_unit
        kept = r[self.units] >= 2
        article = self.articles[self.units[kept]]
        width = int(self.values.max(initial=0)) + 1
        codes, place = numbered(article * width + self.values[kept])
        answers = np.bincount(place, self.counts[kept], len(codes)).astype(np.int64)
        return codes // width, codes % width, answers

    def _neighbours(self) -> Iterator[tuple[IntArray, IntArray]]:
        """Yield the entries that stand in one unit, in pairs: next to one another, then further."""
        for lag in range(1, len(self.units)):
            first = np.flatnonzero(self.units[:-lag] == self.units[lag:])
            if not first.size:
                return
            yield first, first + lag


@dataclass(frozen=True, eq=False)
class OpenFigures:
    """Alpha and pooled agreement on an open set of values, for any weights of articles.

    `sums`: (M, 4) of each article, as `OpenUnits.sums` has them. `article`, `value`, `answers`:
    (E,) one entry per article and value given in it. `alike`: every pair of values, met or not,
    that are partly the same.
    """

    sums: FloatArray
    article: Numbers
    value: Numbers
    answers: Numbers
    alike: Alike | None = None

    def totals(self, n_values: int) -> IntArray:
        """Return (V,): answers per value over the units with two or more."""
        return np.bincount(self.value, self.answers, n_values).astype(np.int64)

    def at(self, weights: FloatArray) -> FloatArray:
        """Return (B, 2) for weights (B, M): alpha and the share of agreeing pairs."""
        n, observed, agreeing, pairs = (weights @ self.sums).T
        expected = n * n - self._squares(weights)
        # Whole numbers up to here where nothing is partly alike: 0 is exact.
        defined = expected > 1e-9 * np.maximum(n * n, 1)
        alpha = np.where(defined, 1 - (n - 1) * observed / np.where(defined, expected, 1), np.nan)
        share = np.where(pairs > 0, agreeing / np.where(pairs > 0, pairs, 1), np.nan)
        return np.column_stack([alpha, share])

    @cached_property
    def _split(self) -> "Split":
        """Return the values met in several articles, and the squares of those met in one."""
        article, value, answers = self.article, self.value, self.answers.astype(np.float64)
        articles_of = np.bincount(value, minlength=self._width)
        partly = np.zeros(self._width, dtype=np.bool_)
        if self.alike is not None:
            partly[self.alike.first] = partly[self.alike.second] = True
        own = ((articles_of == 1) & ~partly)[value]
        squares = np.bincount(article[own], np.square(answers[own]), len(self.sums)).astype(float)
        shared, column = np.unique(value[~own], return_inverse=True)
        order = np.argsort(column, kind="stable")
        rows = (article[~own][order], column[order].astype(np.int64), answers[~own][order])
        dense = None
        size = len(self.sums) * len(shared)
        # Short numbers are twice as fast and exact here: whole numbers below 2 to the 24.
        if size <= min(DENSE, SPARSE * len(column)) and answers.sum() < EXACT:
            table = np.bincount(rows[0] * len(shared) + rows[1], rows[2], size)
            dense = table.reshape(len(self.sums), len(shared)).astype(np.float32)
        place = np.full(self._width, -1)
        place[shared] = np.arange(len(shared))
        return Split(squares, *rows, place, dense)

    @property
    def _width(self) -> int:
        """Return one more than the largest number of a value."""
        known = 0 if self.alike is None else int(self.alike.second.max(initial=0))
        return max(int(self.value.max(initial=0)), known) + 1

    def _squares(self, weights: FloatArray) -> FloatArray:
        """Return (B,): the sum of n_c n_k (1 - d) over all ordered pairs of values."""
        split = self._split
        # A value of one article only: its square grows with the square of that article's weight.
        squares: FloatArray = np.square(weights) @ split.own
        totals = split.totals(weights)
        squares = squares + np.square(totals).sum(axis=1)
        if self.alike is not None and totals.size:
            first, second = split.place[self.alike.first], split.place[self.alike.second]
            known = (first >= 0) & (second >= 0)
            both = totals[:, first[known]] * totals[:, second[known]]
            squares = squares + 2 * (both @ self.alike.share[known])
        return squares


@dataclass(frozen=True, eq=False)
class Split:
    """Answers per value and article, of values met in several articles, ordered by value.

    `own`: (M,) summed squares of the answers to values that one article alone has. `place`: the
    column of each value, -1 for those. `table`: (M, C) the same in full, where that is not large.
    """

    own: FloatArray
    article: Numbers
    column: IntArray
    answers: FloatArray
    place: IntArray
    table: npt.NDArray[np.float32] | None

    def totals(self, weights: FloatArray) -> FloatArray:
        """Return (B, C): answers per value for weights (B, M) of the articles."""
        if self.table is not None:
            return (weights.astype(np.float32) @ self.table).astype(np.float64)
        starts = np.flatnonzero(np.diff(self.column, prepend=-1))
        summed = np.empty((len(weights), len(starts)))
        # A few replicates at a time: there may be very many entries.
        step = max(AT_ONCE // max(len(self.article), 1), 1)
        for first in range(0, len(weights), step):
            drawn = weights[first : first + step, self.article] * self.answers
            np.add.reduceat(drawn, starts, axis=1, out=summed[first : first + step])
        return summed
