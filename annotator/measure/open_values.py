"""Agreement on open values (speakers, sets of speakers) for any weights of articles.

The values may be thousands, so there is no table of values by values: only those that are alike
without being equal are listed. Sources: K. Krippendorff 2011, section C and D; R. Passonneau 2006
for sets (see `annotator.measure.sets`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product
from math import comb

import numpy as np
import numpy.typing as npt

from annotator.measure.panel import Given
from annotator.measure.patterns import FloatArray, IntArray, distinct_rows
from annotator.measure.sets import Choice, SetDistance, distance_of

DENSE, SPARSE = 4_000_000, 16
EXACT = 2**24
MOST_ALIKE = 20_000


@dataclass(frozen=True, eq=False)
class Alike:
    """Pairs of different values that are partly the same: (S,) each, every pair once.

    `share` is 1 minus their distance, above 0; all pairs that are not listed lie at distance 1.
    """

    first: IntArray
    second: IntArray
    share: FloatArray


@dataclass(frozen=True, eq=False)
class OpenFigures:
    """Alpha and pooled agreement on an open set of values, for any weights of articles.

    `units`, `values`, `counts`: (E,) one entry per unit and value given to it, units ascending.
    `articles`: (U,) the article of each unit. Units with fewer than two answers are passed over.
    """

    units: IntArray
    values: IntArray
    counts: IntArray
    articles: IntArray
    n_articles: int
    alike: Alike | None = None

    @classmethod
    def from_given(
        cls, given: Given, articles: IntArray, n_articles: int, alike: Alike | None = None
    ) -> "OpenFigures":
        """Build from values (U, A), -1 where an annotator gave none."""
        unit, who = np.nonzero(given >= 0)
        value = given[unit, who].astype(np.int64)
        width = int(value.max(initial=0)) + 1
        codes, counts = np.unique(unit * width + value, return_counts=True)
        return cls(codes // width, codes % width, counts, articles, n_articles, alike)

    @cached_property
    def per_unit(self) -> tuple[IntArray, IntArray]:
        """Return r and q (U,): answers per unit, and the sum of their squares per value."""
        n = len(self.articles)
        r = np.bincount(self.units, self.counts, n).astype(np.int64)
        q = np.bincount(self.units, self.counts**2, n).astype(np.int64)
        return r, q

    @cached_property
    def likeness(self) -> FloatArray:
        """Return (U,): the sum of n_c n_k share over the ordered pairs of alike values."""
        found = np.zeros(len(self.articles))
        if self.alike is None or not self.alike.first.size:
            return found
        width = self._width
        low = np.minimum(self.alike.first, self.alike.second)
        high = np.maximum(self.alike.first, self.alike.second)
        keys = low * width + high
        order = np.argsort(keys)
        keys, shares = keys[order], self.alike.share[order]
        for lag in range(1, len(self.units)):
            first = np.flatnonzero(self.units[:-lag] == self.units[lag:])
            if not first.size:
                break
            # Entries of a unit ascend by value, so the first is the lower one.
            pair = self.values[first] * width + self.values[first + lag]
            place = np.minimum(np.searchsorted(keys, pair), len(keys) - 1)
            share = np.where(keys[place] == pair, shares[place], 0.0)
            both = 2 * self.counts[first] * self.counts[first + lag] * share
            found += np.bincount(self.units[first], both, len(found))
        return found

    def met(self) -> set[tuple[int, int]]:
        """Return the pairs of different values that were given to one unit, the lower first."""
        found: set[tuple[int, int]] = set()
        for lag in range(1, len(self.units)):
            first = np.flatnonzero(self.units[:-lag] == self.units[lag:])
            if not first.size:
                break
            codes = np.unique(self.values[first] * self._width + self.values[first + lag])
            found.update(
                zip((codes // self._width).tolist(), (codes % self._width).tolist(), strict=True)
            )
        return found

    @cached_property
    def sums(self) -> FloatArray:
        """Return (M, 4): answers, observed disagreement, agreeing pairs and pairs per article."""
        r, q = self.per_unit
        kept = r >= 2
        differing = np.where(kept, (r * r - q - self.likeness) / np.maximum(r - 1, 1), 0.0)
        columns = [np.where(kept, r, 0), differing, np.where(kept, q - r, 0), r * (r - 1)]
        return np.column_stack(
            [np.bincount(self.articles, column, self.n_articles) for column in columns]
        )

    @cached_property
    def entries(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Return (article, value, answers) over the units with two answers, each pair once."""
        r, _ = self.per_unit
        kept = r[self.units] >= 2
        article = self.articles[self.units[kept]]
        width = int(self.values.max(initial=0)) + 1
        codes, place = np.unique(article * width + self.values[kept], return_inverse=True)
        answers: FloatArray = np.bincount(place, self.counts[kept], len(codes)).astype(np.float64)
        return codes // width, codes % width, answers

    @cached_property
    def totals(self) -> IntArray:
        """Return (V,): answers per value over the units with two or more."""
        _, value, answers = self.entries
        return np.bincount(value, answers).astype(np.int64)

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
        article, value, answers = self.entries
        articles_of = np.bincount(value, minlength=self._width)
        partly = np.zeros(self._width, dtype=np.bool_)
        if self.alike is not None:
            partly[self.alike.first] = partly[self.alike.second] = True
        own = ((articles_of == 1) & ~partly)[value]
        squares = np.bincount(article[own], np.square(answers[own]), self.n_articles).astype(float)
        shared, column = np.unique(value[~own], return_inverse=True)
        order = np.argsort(column, kind="stable")
        rows = (article[~own][order], column[order].astype(np.int64), answers[~own][order])
        dense = None
        size = self.n_articles * len(shared)
        # Short numbers are twice as fast and exact here: whole numbers below 2 to the 24.
        if size <= min(DENSE, SPARSE * len(column)) and answers.sum() < EXACT:
            table = np.bincount(rows[0] * len(shared) + rows[1], rows[2], size)
            dense = table.reshape(self.n_articles, len(shared)).astype(np.float32)
        place = np.full(self._width, -1)
        place[shared] = np.arange(len(shared))
        return Split(squares, *rows, place, dense)

    @property
    def _width(self) -> int:
        """Return one more than the largest number of a value."""
        known = 0 if self.alike is None else int(self.alike.second.max(initial=0))
        return max(int(self.values.max(initial=0)), known) + 1

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
    article: IntArray
    column: IntArray
    answers: FloatArray
    place: IntArray
    table: npt.NDArray[np.float32] | None

    def totals(self, weights: FloatArray) -> FloatArray:
        """Return (B, C): answers per value for weights (B, M) of the articles."""
        if self.table is not None:
            return (weights.astype(np.float32) @ self.table).astype(np.float64)
        starts = np.flatnonzero(np.diff(self.column, prepend=-1))
        drawn = weights[:, self.article] * self.answers
        summed: FloatArray = np.add.reduceat(drawn, starts, axis=1)
        return summed


def set_numbers(
    cells: IntArray, elements: IntArray
) -> tuple[IntArray, IntArray, list[tuple[int, ...]]]:
    """Number the distinct sets: (cells with a set, their set numbers, the sets by number).

    `cells`, `elements`: (N,) one row per element of the set in a cell, in any order; repeats are
    one element. Numbers follow the order of the sets' elements.
    """
    rows, _ = distinct_rows(np.column_stack([cells, elements]).astype(np.int64))
    found, start, size = np.unique(rows[:, 0], return_index=True, return_counts=True)
    number = np.full(len(found), 0, dtype=np.int64)
    members: list[tuple[int, ...]] = [()]
    for depth in range(int(size.max(initial=0))):
        deep = np.flatnonzero(size > depth)
        pairs = np.column_stack([number[deep], rows[start[deep] + depth, 1]])
        distinct, place = distinct_rows(pairs)
        number[deep] = len(members) + place
        members += [(*members[before], element) for before, element in distinct.tolist()]
    used, final = np.unique(number, return_inverse=True)
    return found, final.ravel().astype(np.int64), [members[each] for each in used.tolist()]


def alike_sets(
    sets: Sequence[tuple[int, ...]], distance: SetDistance = "masi", most: int = MOST_ALIKE
) -> Alike | None:
    """List the pairs of sets that share an element, by MASI or Jaccard; None for more than `most`.

    Beyond that, `set_alpha` has the figure without a list of pairs.
    """
    measure = distance_of(distance)
    choices: list[Choice] = [frozenset(each) for each in sets]
    holders: dict[int, list[int]] = {}
    for index, each in enumerate(sets):
        for element in each:
            holders.setdefault(element, []).append(index)
    if sum(len(held) * (len(held) - 1) // 2 for held in holders.values()) > most:
        return None
    pairs = {(a, b) for held in holders.values() for a in held for b in held if a < b}
    return _listed(sorted(pairs), choices, measure)


def _listed(
    pairs: Sequence[tuple[int, int]],
    choices: Sequence[Choice],
    measure: Callable[[Choice, Choice], float],
) -> Alike:
    """Return pairs of sets with what they share."""
    share = np.array([1.0 - measure(choices[a], choices[b]) for a, b in pairs], dtype=np.float64)
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Alike(table[:, 0], table[:, 1], share)


def set_alpha(
    figures: OpenFigures, sets: Sequence[tuple[int, ...]], distance: SetDistance = "masi"
) -> float | None:
    """Return alpha of sets of any number, without a list of all pairs of sets; None if undefined.

    Only sets that met in one unit are compared one by one. All pairs together are counted by the
    subsets they share: pairs of sizes p and q that share i elements share C(i, t) subsets of size
    t, and these sums give back how many pairs share exactly i (inclusion and exclusion).
    """
    measure = distance_of(distance)
    choices: list[Choice] = [frozenset(each) for each in sets]
    near = _listed(sorted(figures.met()), choices, measure)
    n, observed, _, _ = replace(figures, alike=near).sums.sum(axis=0).tolist()
    totals = figures.totals.tolist()
    sizes = sorted({len(each) for each in sets})
    column = {size: place for place, size in enumerate(sizes)}
    holding: dict[tuple[int, ...], FloatArray] = {}
    for each, times in zip(sets, totals, strict=False):
        for t in range(1, len(each) + 1):
            for part in combinations(each, t):
                held = holding.setdefault(part, np.zeros(len(sizes)))
                held[column[len(each)]] += times
    shared = np.zeros((max(sizes, default=0) + 1, len(sizes), len(sizes)))
    for part, held in holding.items():
        shared[len(part)] += np.outer(held, held)
    alike = 0.0
    for i in range(1, len(shared)):
        exact = sum((-1) ** (t - i) * comb(t, i) * shared[t] for t in range(i, len(shared)))
        for p, q in product(sizes, sizes):
            if i <= min(p, q):
                a, b = frozenset(range(p)), frozenset(range(p - i, p - i + q))
                alike += float(exact[column[p], column[q]]) * (1.0 - measure(a, b))
    expected = n * n - alike
    return 1.0 - (n - 1) * observed / expected if expected > 1e-9 * max(n * n, 1) else None
